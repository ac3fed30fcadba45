/** How JSON is indented: legibly, unless the request says `prettyPrint=false`. */
export function indentation(request: { query: unknown }): 2 | undefined {
  const query = request.query as Record<string, unknown> | null;
  return query?.['prettyPrint'] === 'false' ? undefined : 2;
}
