/** What is used of WebAssembly, whose types are with the browser's, which node's do without. */
declare namespace WebAssembly {
  type Module = object;
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: object): Promise<Instance>;
}

/** CPython's JavaScript, as scripts/build.mjs gives it: without node around it. */
declare module 'cpython' {
  const create: (options: object) => Promise<unknown>;
  export default create;
}
