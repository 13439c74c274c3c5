/* The same keys in Thai (Kedmanee) and English: what was meant by a text typed with the other keyboard. */
const LATIN = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?";
const THAI = "_ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ%+๑๒๓๔ู฿๕๖๗๘๙๐\"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ";
const toThai = new Map([...LATIN].map((key, at) => [key, THAI[at]]));
const toLatin = new Map([...THAI].map((key, at) => [key, LATIN[at]]));

/** The text on the other layout: Thai for Latin and Latin for Thai. */
export function otherLayout(text) {
  const keys = /[ก-๛]/.test(text) ? toLatin : toThai;
  return [...text].map((key) => keys.get(key) ?? key).join("");
}
