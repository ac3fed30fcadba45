import { nearest } from '../nearest.ts';
import { hangulPattern } from './search/hangul-pattern.ts';

/** A name without what people write differently: capitals, spaces, dashes. */
function key(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s\-_.]+/g, '')
    .replace(/^(amazon|aws|azure|google|microsoft)(?=.{2})/, '');
}

/** What is called so; several, where one name is used for several things. */
export function findNamed<Thing>(
  things: readonly Thing[],
  namesOf: (thing: Thing) => readonly string[],
  name: string,
): readonly Thing[] {
  const wanted = key(name);
  if (wanted === '') return [];
  const named = things.filter((thing) => namesOf(thing).some((one) => key(one) === wanted));
  if (named.length > 0) return named;
  // `Compute` for Compute Engine; a letter or two would fit too many, two syllables do not.
  if (wanted.length < (/[가-힣]/.test(wanted) ? 2 : 3)) return [];
  return things.filter((thing) => namesOf(thing).some((one) => key(one).startsWith(wanted)));
}

/** The name that was probably meant: one that begins so, 벜 as 버킷 does, or one that is written nearly so. */
export function nearestName<Thing>(
  things: readonly Thing[],
  namesOf: (thing: Thing) => readonly string[],
  name: string,
): string | undefined {
  const names = things.flatMap(namesOf);
  const typed = name.trim().toLowerCase();
  if (/[ㄱ-ㅎ가-힣]/.test(typed)) {
    const begins = new RegExp(`^${hangulPattern(typed)}`);
    const begun = names.find((one) => begins.test(one.toLowerCase()));
    if (begun !== undefined) return begun;
  }
  return nearest(name, names);
}
