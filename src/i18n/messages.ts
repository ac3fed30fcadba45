import type { en } from './en.ts';

/** Every sentence a learner can see. English defines the keys; Korean must have the same. */
export type Messages = typeof en;

export const languages = ['ko', 'en'] as const;
export type Language = (typeof languages)[number];

/** Loads one language; the other is not read. */
export async function loadMessages(language: Language): Promise<Messages> {
  return language === 'ko' ? (await import('./ko.ts')).ko : (await import('./en.ts')).en;
}

/**
 * The language to speak: what was asked for, else the locale of the terminal
 * (https://www.gnu.org/software/gettext/manual/html_node/Locale-Environment-Variables.html),
 * else English.
 */
export function chooseLanguage(
  asked: Language | undefined,
  locale: { readonly LC_ALL?: unknown; readonly LC_MESSAGES?: unknown; readonly LANG?: unknown },
): Language {
  if (asked !== undefined) return asked;
  const name = locale.LC_ALL ?? locale.LC_MESSAGES ?? locale.LANG;
  return typeof name === 'string' && /^ko([_.@-]|$)/i.test(name) ? 'ko' : 'en';
}
