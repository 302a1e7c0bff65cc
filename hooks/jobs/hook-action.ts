/**
 * What a HookTemplate's action comes to once parameters and summary are put in. `${name}` stands for a parameter; what names
 * none stays as it is, since it may be the command's own. After that each text is a Go template over the summary.
 */
import { rendered } from '../domain/go-template.ts';
import { all, ok, refused, type Parsed } from '../domain/result.ts';
import type { HookAction } from '../domain/task.ts';
import type { HookTemplate } from '../generated/types/hooktemplate.ts';
import type { HookInfo } from '../generated/types/shared.ts';
import { listOf, mapOf, textOf } from '../kube/json-values.ts';
import { expanded, MAX_HOOK, parametersOf, type Summary } from './hook-template.ts';

type Action = NonNullable<HookTemplate['spec']['action']>;
type Request = NonNullable<Action['httpGet'] | Action['httpPost']>;
type Header = { readonly name: string; readonly value: string };
/** A text with its parameters and its template filled in; nothing is the empty text. */
type Fill = (text: unknown) => Parsed<string>;

/** The action; the error says which template text cannot be carried out. */
export function hookActionOf(info: HookInfo, template: HookTemplate, summary: Summary): Parsed<HookAction> {
  const parameters = parametersOf(info, template);
  const fill: Fill = (text) => rendered(expanded(text === undefined ? '' : String(text), parameters), summary);
  const { exec, httpGet, httpPost, tcpSocket } = template.spec.action ?? {};
  if (exec !== undefined) {
    const command = all(listOf(exec.command).map(fill));
    return command.ok ? bounded({ kind: 'exec', command: command.value }) : command;
  }
  const request = httpGet ?? httpPost ?? tcpSocket;
  const host = fill(request?.host);
  if (!host.ok) return host;
  const port = portOf(request?.port, parameters);
  const where = host.value === '' ? { port } : { host: host.value, port };
  if (httpPost !== undefined) return requestOf(httpPost, { method: 'POST', ...where }, fill, bodyOf(httpPost, fill));
  if (httpGet !== undefined) return requestOf(httpGet, { method: 'GET', ...where }, fill, ok({ headers: [] }));
  return ok({ kind: 'tcp', ...where });
}

interface Where {
  readonly method: 'GET' | 'POST';
  readonly host?: string;
  readonly port: number | string;
}

interface Body {
  readonly text?: string;
  readonly headers: readonly Header[];
}

function requestOf(request: Request, where: Where, fill: Fill, body: Parsed<Body>): Parsed<HookAction> {
  if (!body.ok) return body;
  const path = fill(request.path);
  if (!path.ok) return path;
  const headers = all(listOf(request.httpHeaders).map((one) => headerOf(mapOf(one), fill)));
  if (!headers.ok) return headers;
  const { text } = body.value;
  return bounded({
    kind: 'http',
    scheme: textOf(request.scheme)?.toUpperCase() === 'HTTPS' ? 'https' : 'http',
    ...where,
    path: path.value.startsWith('/') ? path.value : `/${path.value}`,
    headers: [...body.value.headers, ...headers.value],
    ...(text === undefined ? {} : { body: text }),
  });
}

function headerOf(header: Readonly<Record<string, unknown>>, fill: Fill): Parsed<Header> {
  const value = fill(header['value']);
  return value.ok ? ok({ name: textOf(header['name']) ?? '', value: value.value }) : value;
}

function bodyOf({ body, form }: NonNullable<Action['httpPost']>, fill: Fill): Parsed<Body> {
  if (body !== undefined) {
    const text = fill(body);
    return text.ok ? ok({ text: text.value, headers: [] }) : text;
  }
  const fields = listOf(form).map(mapOf);
  if (fields.length === 0) return ok({ headers: [] });
  const pairs = all(
    fields.flatMap((field) =>
      listOf(field['values']).map((one) => {
        const value = fill(one);
        return value.ok
          ? ok(`${encodeURIComponent(textOf(field['key']) ?? '')}=${encodeURIComponent(value.value)}`)
          : value;
      }),
    ),
  );
  if (!pairs.ok) return pairs;
  const type = { name: 'Content-Type', value: 'application/x-www-form-urlencoded' };
  return ok({ text: pairs.value.join('&'), headers: [type] });
}

function portOf(port: unknown, parameters: Readonly<Record<string, string>>): number | string {
  if (typeof port === 'number') return port;
  const text = expanded(textOf(port) ?? '', parameters);
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Parameters and templates may make much of little. */
function bounded(action: HookAction): Parsed<HookAction> {
  const size = JSON.stringify(action).length;
  if (size <= MAX_HOOK) return ok(action);
  return refused(`what it comes to is ${Math.ceil(size / 1024)} KiB, and a hook may have ${MAX_HOOK / 1024}`);
}
