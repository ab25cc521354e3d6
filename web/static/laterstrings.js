// The words of what is fetched later: how the connection is, going to another room,
// what calls for attention. In the languages of strings.js.

import { texts } from "./strings.js";

// later returns the page's text(key, ...values) with these words beside its own.
export function later(text) {
  const own = tables[text.language];
  const say = texts(text.language, own);
  return (key, ...values) => (key in own ? say : text)(key, ...values);
}

export const tables = {
  en: {
    direction: "ltr",
    // the connection
    noAnswer: { one: "No answer from the server for {0} second.", other: "No answer from the server for {0} seconds." },
    notYet: "There is no connection to the server yet. Trying …",
    noNetwork: "This device says that it has no network. Trying all the same …",
    comingBack: "Trying to come back …",
    youLeft: "You left. Nothing of this stays anywhere but on this screen, until you close it.",
    comeBack: "Come back in",
    tryAgain: "Try again",
    // going to another room
    moved: "You left {0}, whose words stay above. What follows is said in {1}.",
    hereAlready: "You are in {0} already.",
    opened: "That room opens in another tab, and this one stays here. If none has opened: {0}",
    // a proxy that is set up wrongly
    noUpgrade: "The server answers, but no WebSocket reaches it: most likely a proxy on the way leaves out the header Upgrade. Whoever runs it can mend that; in nginx: {0}",
    noHost: "The server was asked for as {0} and not as {1}: a proxy on the way leaves out the header Host. Whoever runs it can mend that; in nginx: {2}",
    noSocket: "What answers at {0} is not the server’s WebSocket: a proxy on the way has to pass that address on, too.",
    // what calls for attention
    "notified.off": "Nothing calls for you now.",
    "notified.mentions": "Your name, answers to you and whispers call for you while you don’t look at this page, until it closes.",
    "notified.all": "Every message calls for you while you don’t look at this page, until it closes.",
    notifyDenied: "This browser was told to allow no notifications here; its settings can change that. The title still counts.",
    notifyUnanswered: "The browser’s question was not answered, so there are no notifications yet. The title still counts.",
    notifyInsecure: "This page came over plain http, where browsers allow no notifications. The title still counts.",
    notifyMissing: "This browser has no notifications for pages like this. The title still counts.",
    notifyMention: "Somebody said your name",
    notifyWhisper: "A whisper for you",
    notifyMessage: "A new message",
  },
  de: {
    direction: "ltr",
    noAnswer: { one: "Seit {0} Sekunde keine Antwort vom Server.", other: "Seit {0} Sekunden keine Antwort vom Server." },
    notYet: "Noch gibt es keine Verbindung zum Server. Es wird versucht …",
    noNetwork: "Dieses Gerät sagt, es habe kein Netz. Es wird trotzdem versucht …",
    comingBack: "Es wird versucht, zurückzukommen …",
    youLeft: "Du bist gegangen. Nichts davon bleibt irgendwo außer auf diesem Bildschirm, bis du ihn schließt.",
    comeBack: "Wieder hineingehen",
    tryAgain: "Noch einmal versuchen",
    moved: "Du hast {0} verlassen; was dort gesagt wurde, bleibt oben. Was folgt, wird in {1} gesagt.",
    hereAlready: "Du bist schon in {0}.",
    opened: "Der Raum öffnet sich in einem anderen Tab, und dieser bleibt hier. Falls keiner aufgegangen ist: {0}",
    noUpgrade: "Der Server antwortet, aber kein WebSocket kommt bei ihm an: wahrscheinlich lässt ein Proxy auf dem Weg den Header Upgrade weg. Wer ihn betreibt, kann das ändern; in nginx: {0}",
    noHost: "Der Server wurde als {0} gefragt und nicht als {1}: ein Proxy auf dem Weg lässt den Header Host weg. Wer ihn betreibt, kann das ändern; in nginx: {2}",
    noSocket: "Was unter {0} antwortet, ist nicht der WebSocket des Servers: ein Proxy auf dem Weg muss auch diese Adresse durchreichen.",
    "notified.off": "Jetzt ruft dich nichts.",
    "notified.mentions": "Dein Name, Antworten an dich und Geflüstertes rufen dich, während du nicht auf diese Seite schaust, bis sie schließt.",
    "notified.all": "Jede Nachricht ruft dich, während du nicht auf diese Seite schaust, bis sie schließt.",
    notifyDenied: "Dieser Browser soll hier keine Mitteilungen erlauben; das ändern seine Einstellungen. Der Titel zählt trotzdem.",
    notifyUnanswered: "Die Frage des Browsers blieb ohne Antwort, also gibt es noch keine Mitteilungen. Der Titel zählt trotzdem.",
    notifyInsecure: "Diese Seite kam über einfaches http, und da erlauben Browser keine Mitteilungen. Der Titel zählt trotzdem.",
    notifyMissing: "Dieser Browser hat für solche Seiten keine Mitteilungen. Der Titel zählt trotzdem.",
    notifyMention: "Jemand hat deinen Namen gesagt",
    notifyWhisper: "Dir wurde etwas zugeflüstert",
    notifyMessage: "Eine neue Nachricht",
  },
  ar: {
    direction: "rtl",
    noAnswer: { zero: "لا جواب من الخادم.", one: "لا جواب من الخادم منذ ثانية.", two: "لا جواب من الخادم منذ ثانيتين.", few: "لا جواب من الخادم منذ {0} ثوانٍ.", many: "لا جواب من الخادم منذ {0} ثانية.", other: "لا جواب من الخادم منذ {0} ثانية." },
    notYet: "لا اتصال بالخادم بعد. المحاولة جارية …",
    noNetwork: "يقول هذا الجهاز إنه بلا شبكة. المحاولة جارية مع ذلك …",
    comingBack: "جارٍ محاولة العودة …",
    youLeft: "غادرت. لا يبقى من هذا شيء في أي مكان إلا على هذه الشاشة، إلى أن تغلقها.",
    comeBack: "الدخول من جديد",
    tryAgain: "إعادة المحاولة",
    moved: "غادرت {0}، ويبقى ما قيل فيها في الأعلى. ما يلي يقال في {1}.",
    hereAlready: "أنت في {0} بالفعل.",
    opened: "تنفتح تلك الغرفة في لسان آخر، وتبقى هذه هنا. إن لم ينفتح شيء: {0}",
    noUpgrade: "الخادم يجيب، لكن WebSocket لا يصل إليه: الأرجح أن وسيطًا في الطريق يُسقط الترويسة Upgrade. يستطيع من يديره أن يصلح ذلك؛ في nginx: {0}",
    noHost: "سُئل الخادم باسم {0} لا باسم {1}: وسيط في الطريق يُسقط الترويسة Host. يستطيع من يديره أن يصلح ذلك؛ في nginx: {2}",
    noSocket: "ما يجيب عند {0} ليس WebSocket الخادم: على الوسيط في الطريق أن يمرّر هذا العنوان أيضًا.",
    "notified.off": "لا شيء ينبّهك الآن.",
    "notified.mentions": "ينبّهك اسمك والرد عليك والهمس ما دمت لا تنظر إلى هذه الصفحة، إلى أن تُغلق.",
    "notified.all": "تنبّهك كل رسالة ما دمت لا تنظر إلى هذه الصفحة، إلى أن تُغلق.",
    notifyDenied: "قيل لهذا المتصفح ألا يسمح بالتنبيهات هنا؛ تغيّر ذلك إعداداته. العنوان يعدّ على كل حال.",
    notifyUnanswered: "بقي سؤال المتصفح بلا جواب، فلا تنبيهات بعد. العنوان يعدّ على كل حال.",
    notifyInsecure: "هذه الصفحة جاءت عبر http المكشوف، ولا تسمح المتصفحات فيه بالتنبيهات. العنوان يعدّ على كل حال.",
    notifyMissing: "لا تنبيهات في هذا المتصفح لصفحات كهذه. العنوان يعدّ على كل حال.",
    notifyMention: "ذكر أحدهم اسمك",
    notifyWhisper: "همسة لك",
    notifyMessage: "رسالة جديدة",
  },
};
