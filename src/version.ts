import manifest from '../package.json' with { type: 'json' };

/** This release, as package.json names it; the bundler puts the value in place. */
export const version: string = manifest.version;
