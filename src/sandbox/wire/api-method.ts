/**
 * The name by which Google knows what a route does, such as `storage.objects.get`. It
 * stands at the route and nowhere else; faults are asked for by it (`/retry_test`).
 */
declare module 'fastify' {
  interface FastifyContextConfig {
    apiMethod?: string;
    /** The route answers several methods; which one, it finds out for each request. */
    severalMethods?: boolean;
  }
  interface FastifyRequest {
    /** The same, where one route answers several methods, once it has found out which is asked. */
    apiMethod?: string;
  }
}

/** Route options: this route is Google's method of that name. */
export function apiMethod(name: string): { config: { apiMethod: string } } {
  return { config: { apiMethod: name } };
}
