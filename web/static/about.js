// The page about what the server sees, in the languages other than English,
// which is the markup's own.

import { language, speak } from "./page.js";

const tables = {
  de: {
    title: "Was der Server sieht, und wie man es prüft",
    lead: "sotto ist ein Raum zum Reden. Es hat keine Konten und behält keinen Verlauf. Das ist ein Versprechen darüber, was es tut; hier steht, was das Versprechen umfasst und was es nicht kann.",
    seesTitle: "Was der Server sieht, solange du hier bist",
    sees1: "Was in einem offenen Raum gesagt wird, während es weitergereicht wird. Wer den Server betreibt, könnte es dann lesen.",
    sees2: "Den Namen des Raums, den Namen, den du trägst, und wann du kommst, schreibst und gehst.",
    sees3: "Die Netzadresse, von der du kommst, solange du verbunden bist. Sie dient dazu, die Zahl der Verbindungen einer Quelle zu begrenzen.",
    keepsTitle: "Was er behält",
    keeps1: "Nichts. Ein Raum lebt im Arbeitsspeicher, solange jemand darin ist, und ist weg, wenn die letzte Person geht. Nichts Gesagtes wird auf eine Platte, in ein Protokoll oder einen Bericht geschrieben. Nach einem Verbindungsabbruch wartet dein Platz eine Minute, mit dem, was inzwischen gesagt wurde; dann ist auch das weg.",
    browserTitle: "Was dein Browser behält",
    browser1: "Diese Seiten setzen kein Cookie, benutzen keinen Speicher und laden nichts von anderen. Der Verlauf deines Browsers merkt sich die Adresse des Raums mit seinem Namen; ein privates Fenster nicht.",
    othersTitle: "Was andere sehen können",
    others1: "Die Leute im Raum sehen, was du sagst, und den Namen, den du gewählt hast. Sie können es aufheben: sotto kann niemanden vergessen machen.",
    others2: "Die Netze zwischen dir und dem Server sehen, dass du verbunden bist, wann und wie viel. Mit https sehen sie weder, was gesagt wird, noch den Raum.",
    others3: "Wie du schreibst, und wann du da bist, kann verraten, wer du bist.",
    checkTitle: "Wie man es prüft",
    check1: "In einem Raum zeigt /privacy jedes Feld, das der Server über dich hat, aus seinen eigenen Strukturen.",
    check2: "Die Entwicklerwerkzeuge deines Browsers zeigen jede Anfrage dieser Seite, und dass ihr Speicher leer ist.",
    check3: "Das Programm ist klein und offen. Seine Tests durchsuchen den Speicher eines laufenden Servers, und was er geschrieben hat, nach Worten, die in ihm gesagt wurden. Du kannst sie laufen lassen, und du kannst einen eigenen Server betreiben.",
    version: "Dieser Server sagt, er sei Version",
    frontPage: "Startseite",
  },
  ar: {
    title: "ما يراه الخادم، وكيف تتحقق",
    lead: "sotto غرفة للحديث. لا حسابات فيها ولا سجل. هذا وعد بما تفعله؛ وهنا ما يشمله الوعد وما لا يقدر عليه.",
    seesTitle: "ما يراه الخادم وأنت هنا",
    sees1: "ما يقال في غرفة مفتوحة ساعة تمريره. من يدير الخادم يستطيع أن يقرأه حينها.",
    sees2: "اسم الغرفة، والاسم الذي تحمله، ومتى تأتي وتكتب وتغادر.",
    sees3: "عنوان الشبكة الذي تأتي منه، ما دمت متصلًا. يُستعمل لتحديد عدد الاتصالات من مصدر واحد.",
    keepsTitle: "ما يحفظه",
    keeps1: "لا شيء. تعيش الغرفة في الذاكرة ما دام فيها أحد، وتزول حين يغادر آخرهم. لا يُكتب شيء مما يقال على قرص أو في سجل أو تقرير. بعد انقطاع الاتصال ينتظر مكانك دقيقة، مع ما قيل أثناءها؛ ثم يزول هو أيضًا.",
    browserTitle: "ما يحفظه متصفحك",
    browser1: "هذه الصفحات لا تضع ملف ارتباط، ولا تستعمل تخزينًا، ولا تجلب شيئًا من أحد غيرها. سجل متصفحك يتذكر عنوان الغرفة واسمها؛ أما النافذة الخاصة فلا.",
    othersTitle: "ما يستطيع الآخرون رؤيته",
    others1: "يرى من في الغرفة ما تقوله والاسم الذي اخترته. ويستطيعون حفظه: لا تقدر sotto أن تجعل أحدًا ينسى.",
    others2: "ترى الشبكات بينك وبين الخادم أنك متصل، ومتى، وكم. ومع https لا ترى ما يقال ولا الغرفة.",
    others3: "كيف تكتب، ومتى تكون هنا، قد يدل على من أنت.",
    checkTitle: "كيف تتحقق",
    check1: "في أي غرفة يعرض ‎/privacy‎ كل حقل عند الخادم عنك، من بنيته نفسها.",
    check2: "أدوات المطور في متصفحك تعرض كل طلب من هذه الصفحة، وأن تخزينها فارغ.",
    check3: "البرنامج صغير ومفتوح. تبحث اختباراته في ذاكرة خادم يعمل، وفيما كتبه، عن كلمات قيلت فيه. تستطيع أن تشغلها، وأن تشغل خادمك أنت.",
    version: "يقول هذا الخادم إن إصداره",
    frontPage: "الصفحة الأولى",
  },
};

speak(tables[language]);
