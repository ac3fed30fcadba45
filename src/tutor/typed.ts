/**
 * What was typed, as what was meant: on a Korean layout, decomposed, in full
 * width, with control characters that were pasted along.
 */

/** In Latin letters of lower case, by the keys on which the Hangul letters lie. */
export async function toLatin(text: string): Promise<string> {
  const composed = composeHangul(text);
  // Loaded only when Hangul is typed: nothing may delay the first section.
  if (!/[ㄱ-ㆎ가-힣]/.test(composed)) return composed.toLowerCase();
  const { convertHangulToQwerty } = await import('es-hangul');
  return convertHangulToQwerty(composed).toLowerCase();
}

/** A line as somebody meant to type it. */
export function cleanLine(line: string): string {
  return composeHangul(fullWidthToAscii(withoutControls(line)));
}

function withoutControls(line: string): string {
  return (
    line
      .replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '')
      // Titles of windows, links and the like, up to their end.
      .replace(/\u001b[\]PX^_].*?(?:\u0007|\u001b\\|$)/gs, '')
      .replace(/\p{C}/gu, '')
      .trim()
  );
}

/** Some input methods send a letter as the jamo of decomposed text, U+1107 for ㅂ. */
const letterOfJamo = new Map(
  Array.from(
    'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ',
    (letter) => [letter.normalize('NFKD'), letter],
  ),
);

export function composeHangul(text: string): string {
  return Array.from(text.normalize('NFC'), (one) => letterOfJamo.get(one) ?? one).join('');
}

/** Korean input methods have a full-width mode, in which 1 arrives as １. */
export function fullWidthToAscii(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (character) =>
    String.fromCharCode(character.charCodeAt(0) - 0xfee0),
  );
}
