type Undefined<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];

/** An object's fields without those that are undefined: what was not given is not stored. */
export type Given<T> = { [K in Exclude<keyof T, Undefined<T>>]: T[K] } & {
  [K in Undefined<T>]?: Exclude<T[K], undefined>;
};

export const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
