/** The Express app: hooks by the route table, probes, metrics, and the list of hooks. It does not listen. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { serve, type Endpoint, type Service } from './http/endpoint.ts';
import { HookError } from './http/errors.ts';
import { hookNamesOf, listingOf, pathOf } from './http/index-page.ts';
import type { Metrics } from './http/metrics.ts';
import { hookErrorOf, logRefusal, requestIdOf, sendRefusal } from './http/refusal.ts';
import type { HookRow } from './http/row.ts';

export interface AppOptions extends Service {
  readonly rows: readonly HookRow[];
  readonly rulesVersion: string;
  readonly metrics: Metrics;
}

/** An app that keeps no state between requests but its counters. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const endpoints = endpointsOf(options);
  // One lookup of an exact path instead of Express' scan over a pattern per route.
  app.use((request, response, next) => {
    const endpoint = endpoints.get(withoutQuery(request.url));
    if (endpoint) void serve(request, response, endpoint, options);
    else next();
  });
  addPages(app, options);
  app.use((request, response) => sendRefusal(response, new HookError('RouteUnknown'), requestIdOf(request, undefined)));
  // Express tells an error handler by its four parameters.
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const requestId = requestIdOf(request, undefined);
    const refusal = isBadPath(error) ? new HookError('RouteUnknown') : hookErrorOf(error);
    sendRefusal(response, refusal, requestId);
    logRefusal(options.log, refusal, { requestId }, true);
  });
  return app;
}

function endpointsOf({ rows, rulesVersion, metrics }: AppOptions): ReadonlyMap<string, Endpoint> {
  return new Map(
    rows.flatMap((row) =>
      hookNamesOf(row).map((hook) => [
        pathOf(rulesVersion, row.kind, hook),
        { row, hook, metrics: metrics.hook(row.kind, hook) },
      ]),
    ),
  );
}

function addPages(app: Express, { rows, rulesVersion, metrics, draining }: AppOptions): void {
  const listing = `${JSON.stringify({ hooks: listingOf(rows, rulesVersion) }, undefined, 2)}\n`;
  app.get('/', (_request, response) => void response.type('application/json').send(listing));
  app.get('/healthz', (_request, response) => void response.type('text/plain').send('ok\n'));
  app.get('/readyz', (_request, response) => {
    const going = draining();
    response
      .status(going ? 503 : 200)
      .type('text/plain')
      .send(going ? 'draining\n' : 'ok\n');
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });
}

function withoutQuery(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function isBadPath(error: unknown): boolean {
  return error instanceof URIError;
}
