import { nearest } from '../nearest.ts';

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

/** The name that was probably meant. */
export function nearestName<Thing>(
  things: readonly Thing[],
  namesOf: (thing: Thing) => readonly string[],
  name: string,
): string | undefined {
  return nearest(name, things.flatMap(namesOf));
}
