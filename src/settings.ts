import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Expectation, reasonOf, UserError } from './errors.ts';

/** A bare `VARIABLE=` in a file or a shell means "not set". */
const unset = z.pipe(
  z.literal(''),
  z.transform(() => undefined),
);

function variable<T extends z.core.$ZodType>(schema: T) {
  return z.optional(z.union([unset, schema]));
}

const anyText = z.string();

/**
 * Every environment variable that cloudlab reads. `.env.example` documents the
 * same list, and a test holds the two together.
 */
const schemas = {
  CLOUDLAB_HOME: { schema: variable(anyText.check(z.minLength(1))), expected: 'directory' },
  CLOUDLAB_LANG: { schema: variable(z.enum(['ko', 'en'])), expected: 'language' },
  CLOUDLAB_PORT: {
    schema: variable(
      z.pipe(
        anyText.check(z.regex(/^\d{1,5}$/)),
        z.pipe(z.transform(Number), z.number().check(z.minimum(0), z.maximum(65_535))),
      ),
    ),
    expected: 'port',
  },
  CLOUDLAB_TARGET: { schema: variable(z.enum(['sandbox', 'gcp'])), expected: 'target' },
  ACCESSIBLE: { schema: variable(z.enum(['0', '1'])), expected: 'switch' },
  NO_COLOR: { schema: variable(anyText), expected: 'text' },
  FORCE_COLOR: {
    schema: variable(z.enum(['0', '1', '2', '3', 'true', 'false'])),
    expected: 'colour',
  },
  TERM: { schema: variable(anyText), expected: 'text' },
  TERM_PROGRAM: { schema: variable(anyText), expected: 'text' },
  VTE_VERSION: { schema: variable(anyText), expected: 'text' },
  WT_SESSION: { schema: variable(anyText), expected: 'text' },
  LC_ALL: { schema: variable(anyText), expected: 'text' },
  LC_MESSAGES: { schema: variable(anyText), expected: 'text' },
  LANG: { schema: variable(anyText), expected: 'text' },
  SHELL: { schema: variable(anyText), expected: 'text' },
  GOOGLE_APPLICATION_CREDENTIALS: { schema: variable(anyText), expected: 'text' },
  CLOUDSDK_CONFIG: { schema: variable(anyText), expected: 'directory' },
  APPDATA: { schema: variable(anyText), expected: 'directory' },
} as const satisfies Record<string, { schema: z.core.$ZodType; expected: Expectation }>;

export type SettingName = keyof typeof schemas;
export type Settings = {
  readonly [Name in SettingName]: z.output<(typeof schemas)[Name]['schema']>;
};

/** The variables' names, for the test that compares them with `.env.example`. */
export const settingNames = Object.keys(schemas) as SettingName[];

/**
 * Only these may come from a `.env` in the working directory: a project's own
 * file often sets LANG or TERM for its own purposes.
 */
const fromFile = settingNames.filter(
  (name) => name.startsWith('CLOUDLAB_') || name === 'ACCESSIBLE',
);

/** The settings that are right, and what is wrong with the others. */
export interface SettingsRead {
  readonly settings: Settings;
  /** `bad-setting` or `unreadable-env-file`; a wrong setting counts as not set. */
  readonly wrong: readonly UserError[];
}

/**
 * Reads the settings from the environment and, where the environment does not
 * set them, from `.env` in the working directory.
 */
export async function readSettings(
  variables: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<SettingsRead> {
  const path = join(cwd, '.env');
  const wrong: UserError[] = [];
  const file = await readEnvFile(path).catch((error: UserError) => {
    wrong.push(error);
    return {} as Record<string, string>;
  });
  const settings: Partial<Record<SettingName, unknown>> = {};
  for (const name of settingNames) {
    const own = variables[name];
    const useFile = own === undefined && fromFile.includes(name);
    const raw = useFile ? file[name] : own;
    const { schema, expected } = schemas[name];
    const parsed = z.safeParse(schema, raw);
    if (parsed.success) {
      settings[name] = parsed.data;
    } else {
      const source = useFile ? path : 'environment';
      const value = String(raw);
      wrong.push(new UserError('bad-setting', { variable: name, value, expected, source }));
    }
  }
  return { settings: settings as Settings, wrong };
}

async function readEnvFile(path: string): Promise<Record<string, string>> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new UserError('unreadable-env-file', { path, reason: reasonOf(error) }, { cause: error });
  }
  const { parse } = await import('dotenv');
  return parse(text);
}
