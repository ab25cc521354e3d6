// What the server holds about this place, as it answers /privacy: the few fields
// that matter most, and behind them everything. The server says in English what
// each field is held for; other languages have it here, by the field's name. A field
// of every limit has its name's ending alone.

import { el } from "./dom.js";
import { texts } from "./strings.js";

const FIRST = 4; // fields that the server puts first because they matter most

// note returns what the log's addNote takes.
export function note(fields, { language }) {
  const text = texts(language, tables[language]);
  const why = whys[language];
  const said = fields.map((field) => [
    field.name,
    valueOf(field.value, text),
    why?.[field.name] ?? why?.[field.name.replace(/^.*(?=\.)/, "")] ?? field.why,
  ]);
  const draw = () => el("div", { class: "entry note held" },
    el("p", {}, text("heldTitle")),
    rows(said.slice(0, FIRST)),
    el("details", {}, el("summary", {}, text("heldAll")), rows(said.slice(FIRST))),
    el("p", {}, text("neverTitle")));
  return [[text("heldTitle"), ...said], "held", draw];
}

function rows(said) {
  return el("div", { class: "wide", tabindex: "0" }, el("table", {}, el("tbody", {}, ...said.map(([name, ...cells]) => el("tr", {},
    el("th", { scope: "row" }, el("bdi", {}, name)), ...cells.map((cell) => el("td", {}, el("bdi", {}, cell))))))));
}

// valueOf words what a field's value is where that is no value of its own.
function valueOf(value, text) {
  const [, count] = /^(\d+) of them$/.exec(value) ?? [];
  return count ? text("of them", Number(count)) : text(`is ${value}`, value);
}

export const tables = {
  en: {
    direction: "ltr",
    heldTitle: "This is what the server holds about this place of yours, first what matters most:",
    heldAll: "Everything, field by field",
    neverTitle: "It never took: an account, an e-mail address, a cookie, your browser’s name or language. Your network address is used for the connection and for limits, and is not kept.",
    "of them": "{0} of them",
    "is none": "none",
    "is set": "set",
    "is never": "never",
    "is a time": "a time",
    "is true": "true",
    "is false": "false",
    "is ": "nothing",
  },
  de: {
    direction: "ltr",
    heldTitle: "Das hat der Server über diesen Platz von dir, zuerst, worauf es ankommt:",
    heldAll: "Alles, Feld für Feld",
    neverTitle: "Nie genommen hat er: ein Konto, eine E-Mail-Adresse, ein Cookie, Namen oder Sprache deines Browsers. Deine Netzadresse dient der Verbindung und den Grenzen und wird nicht aufgehoben.",
    "of them": "{0} davon",
    "is none": "nichts",
    "is set": "vorhanden",
    "is never": "nie",
    "is a time": "ein Zeitpunkt",
    "is true": "ja",
    "is false": "nein",
    "is ": "nichts",
  },
  ar: {
    direction: "rtl",
    heldTitle: "هذا ما عند الخادم عن مكانك هذا، الأهم أولًا:",
    heldAll: "كل شيء، حقلًا حقلًا",
    neverTitle: "لم يأخذ قط: حسابًا، ولا بريدًا، ولا ملف ارتباط، ولا اسم متصفحك أو لغته. عنوان شبكتك للاتصال وللحدود، ولا يُحفظ.",
    "of them": "{0} منها",
    "is none": "لا شيء",
    "is set": "موجود",
    "is never": "أبدًا",
    "is a time": "وقت",
    "is true": "نعم",
    "is false": "لا",
    "is ": "لا شيء",
  },
};

// whys: what a field is held for, by its name.
export const whys = {
  de: {
    nick: "der Name, unter dem du in diesem Raum bist",
    room: "der Raum, in dem du bist",
    via: "die Art deines Programms, in der Liste der Leute zu sehen",
    receiving: "ob gerade eine Nachricht von dir hereinkommt",
    letGo: "beendet die Zählung dessen, was für dich aufgehoben wird",
    "out.entries": "was geschah und auf dich oder deine Bestätigung wartet; es geht, sobald du es nimmst oder bestätigst",
    id: "eine Zufallszahl, die dich in diesem Raum von anderen unterscheidet; sie geht, wenn du gehst",
    hello: "in einem versiegelten Raum der öffentliche Schlüssel, den dein Programm dafür gemacht hat",
    "out.keep": "ob dieser Platz sich zurückholen lassen soll",
    "out.gen": "wie viele Verbindungen dieser Platz hatte; nur die neueste bekommt etwas",
    "out.attached": "ob gerade eine Verbindung von diesem Platz nimmt",
    "out.bell": "weckt die Verbindung, wenn es etwas zu nehmen gibt",
    "out.taken": "wie viel davon deine Verbindung schon bekommen hat",
    "out.bytes": "seine Größe, höchstens 262144",
    "out.waiting": "die Größe dessen, was noch nicht ausgehändigt ist",
    "out.eased": "weckt, wer von deiner Verbindung liest, wenn wieder wenig wartet",
    "out.passed.waiting": "Stücke von Dateien, die auf dich warten; sie gehen, sobald du sie nimmst oder deine Verbindung verlierst",
    "out.passed.bytes": "ihre Größe, höchstens 199680",
    "out.typing": "wer gerade schreibt, das neueste Zeichen von jedem, bis es genommen ist",
    "out.acked": "die Nummer des letzten Ereignisses, das nicht mehr wartet",
    "out.hole": "was ein Platz ohne Verbindung versäumt hat, als kein Raum mehr war, bis du zurück bist",
    "out.ended": "warum der Server diesen Platz beendet hat",
    "out.left": "ob du gegangen bist",
    ".mu": "ein Schloss",
    ".rate": "wie viel in der Sekunde auf Dauer; 0: ohne Grenze",
    ".burst": "wie viel auf einmal",
    ".tokens": "wie viel jetzt übrig ist",
    ".last": "wann das gezählt wurde",
    asked: "wen du um Stücke von Dateien gebeten hast, und um wie viele",
    tickets: "was diesen Platz nach einer verlorenen Verbindung zurückholt: das neueste, und das davor, bis das neueste benutzt ist",
    wseq: "wie viel du geflüstert oder zugeflüstert bekommen hast",
    departing: "wann deine Verbindung verloren ging, um den Platz eine Minute später aufzugeben",
    expiry: "die Uhr dafür",
    source: "zählt, wer aus deinem Netz kommt, ohne dessen Adresse",
    spoke: "ob du je etwas gesagt hast, denn wer das tat, geht zuletzt, wo nicht alle bleiben können",
    since: "wann deine Verbindung kam, aus demselben Grund",
    stayed: "wie lange die davor hielten",
    brief: "ob dein Besuch als kurzer gezählt wurde",
    waits: "wo er in der Liste der Plätze steht, die auf ihre Verbindung warten; 0: er tut es nicht",
    "out.heard": "ob je etwas von deinem Programm kam; ohne das gibt es keine Minute zum Zurückkommen",
    "talk.bytes": "wie viele Bytes du zuletzt gesagt hast, denn wer viel sagt, wartet zuerst",
    "talk.again": "wann gesagt werden darf, was warten musste",
    "out.pace": "bei wie vielen im Raum viel wartet, um zu bremsen, wer viel sagt",
    "out.presses": "ob du einer davon bist",
    server: "der Server",
    conn: "deine Verbindung",
    raw: "deine Verbindung unter dem WebSocket; Betriebssystem und Serverbibliothek kennen ihr anderes Ende",
    begun: "wann du dich verbunden hast, um zu merken, wer zu spät hereinkommt",
    seat: "dein Platz im Raum",
    seats: "reicht deinen Platz an den, der schreibt",
    written: "sagt, dass der, der schreibt, fertig ist",
    out: "wacht darüber, dass immer nur ein Rahmen gesendet wird",
    over: "ob der letzte Rahmen gesendet ist",
    closed: "sagt, dass auch der Abschied vorbei ist",
    running: "was für diese Verbindung neben ihrem Leser arbeitet",
    mu: "wacht über das Folgende",
    late: "beendet eine Verbindung, die nicht hereinkommt",
    pulse: "wann deine Verbindung nach einem Lebenszeichen gefragt wird",
    released: "ob für diese Verbindung nichts Neues mehr beginnen darf",
  },
  ar: {
    nick: "الاسم الذي أنت به في هذه الغرفة",
    room: "الغرفة التي أنت فيها",
    via: "نوع برنامجك، يظهر في قائمة الموجودين",
    receiving: "هل تصل رسالة منك الآن",
    letGo: "ينهي عدّ ما يُحتفظ به من أجلك",
    "out.entries": "ما حدث وينتظرك أو ينتظر تأكيدك؛ يزول حين تأخذه أو تؤكده",
    id: "عدد عشوائي يميزك عن غيرك في هذه الغرفة، يزول حين تغادر",
    hello: "في غرفة مختومة، المفتاح العلني الذي صنعه برنامجك لها",
    "out.keep": "هل طُلب أن يمكن استرداد هذا المكان",
    "out.gen": "كم اتصالًا كان لهذا المكان؛ لا يأخذ إلا الأحدث",
    "out.attached": "هل يأخذ اتصال من هذا المكان الآن",
    "out.bell": "يوقظ الاتصال حين يكون هناك ما يؤخذ",
    "out.taken": "كم منها أُعطي لاتصالك",
    "out.bytes": "حجمها، 262144 على الأكثر",
    "out.waiting": "حجم ما لم يُسلَّم منها بعد",
    "out.eased": "يوقظ من يقرأ من اتصالك حين يقل المنتظر",
    "out.passed.waiting": "قطع ملفات تنتظرك، تزول حين تأخذها أو تفقد اتصالك",
    "out.passed.bytes": "حجمها، 199680 على الأكثر",
    "out.typing": "من يكتب الآن، أحدث إشارة من كل واحد، إلى أن تؤخذ",
    "out.acked": "رقم آخر حدث لم يعد منتظرًا",
    "out.hole": "ما فات مكانًا بلا اتصال حين لم يبق متسع، إلى أن تعود",
    "out.ended": "لماذا أنهى الخادم هذا المكان",
    "out.left": "هل غادرت",
    ".mu": "قفل",
    ".rate": "كم في الثانية على المدى الطويل؛ 0 بلا حد",
    ".burst": "كم دفعة واحدة",
    ".tokens": "كم بقي الآن",
    ".last": "متى عُدَّ ذلك",
    asked: "ممن طلبت قطع ملفات، وكم منها",
    tickets: "ما يسترد هذا المكان بعد اتصال ضائع: الأحدث، والذي قبله إلى أن يُستعمل الأحدث",
    wseq: "كم همسة أرسلت أو تلقيت",
    departing: "متى فُقد اتصالك، ليُترك المكان بعد دقيقة",
    expiry: "المؤقت لذلك",
    source: "يعدّ من يأتي من شبكتك، دون عنوانها",
    spoke: "هل قلت شيئًا قط، فمن قال يغادر آخرًا حين لا يتسع للجميع",
    since: "متى جاء اتصالك، للسبب نفسه",
    stayed: "كم دام ما قبله",
    brief: "هل عُدَّت زيارتك قصيرة",
    waits: "موضعه في قائمة الأماكن التي تنتظر اتصالها؛ 0: لا ينتظر",
    "out.heard": "هل جاء من برنامجك شيء قط، وبدونه لا دقيقة للعودة",
    "talk.bytes": "كم بايتًا قلت في اللحظات الأخيرة، فمن يقل كثيرًا ينتظر أولًا",
    "talk.again": "متى يجوز قول ما كان عليه أن ينتظر",
    "out.pace": "عند كم من أهل الغرفة ينتظر الكثير، لإبطاء من يقول كثيرًا",
    "out.presses": "هل أنت واحد منهم",
    server: "الخادم",
    conn: "اتصالك",
    raw: "اتصالك تحت الـWebSocket؛ طرفه الآخر يعرفه نظام التشغيل ومكتبة الخادم",
    begun: "متى اتصلت، لمعرفة من تأخر في الدخول",
    seat: "مقعدك في الغرفة",
    seats: "يسلّم مكانك إلى من يكتب",
    written: "يخبر أن الكاتب انتهى",
    out: "يحرس أن يُرسل إطار واحد في كل مرة",
    over: "هل أُرسل الإطار الأخير",
    closed: "يخبر أن الوداع انتهى أيضًا",
    running: "ما يعمل لهذا الاتصال بجانب قارئه",
    mu: "يحرس ما يلي",
    late: "ينهي اتصالًا لا يدخل",
    pulse: "متى يُسأل اتصالك عن علامة حياة",
    released: "هل لا يجوز أن يبدأ شيء جديد لهذا الاتصال",
  },
};
