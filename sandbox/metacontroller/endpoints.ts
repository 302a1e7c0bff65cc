/** Where a webhook is and how the host proves who it is (pkg/hooks/{webhook,endpoint_config,auth}.go). */
import type { ApiReads } from '../api-server/api.ts';
import { isMap, listOf, mapOf, textOf, type JsonMap } from '../api-server/values.ts';

/** The URL as the spec gives it: `url`, or the Service and the path put together. */
export function webhookUrl(webhook: JsonMap): string {
  if (webhook['url'] !== undefined) return textOf(webhook['url']);
  const service = webhook['service'];
  if (!isMap(service) || webhook['path'] === undefined) {
    throw new Error("invalid webhook config: must specify either a full 'url', or both 'service' and 'path'");
  }
  if (textOf(service['name']) === '' || textOf(service['namespace']) === '') {
    throw new Error("invalid webhook config: 'service' must specify both 'name' and 'namespace'");
  }
  const protocol = textOf(service['protocol']) || 'http';
  const port = service['port'] ?? 80;
  return `${protocol}://${textOf(service['name'])}.${textOf(service['namespace'])}:${String(port)}${textOf(webhook['path'])}`;
}

const CONNECTION_FIELDS = ['caBundle', 'clientTLS', 'authorization', 'basicAuth'];

/** The Authorization header of a webhook, or ''. Its own settings win as a whole over the controller's endpointConfigs. */
export function authorizationOf(api: ApiReads, webhook: JsonMap, endpointConfigs: unknown): string {
  const own = CONNECTION_FIELDS.some((field) => webhook[field] !== undefined);
  const settings = own ? webhook : mapOf(matchingEndpoint(webhook, endpointConfigs));
  const { authorization, basicAuth } = settings;
  if (authorization !== undefined && basicAuth !== undefined)
    throw new Error('authorization and basicAuth are mutually exclusive');
  if (isMap(authorization)) return prefixed("can't resolve authorization", () => token(api, authorization));
  return isMap(basicAuth) ? prefixed("can't resolve basicAuth", () => basic(api, basicAuth)) : '';
}

function matchingEndpoint(webhook: JsonMap, endpointConfigs: unknown): unknown {
  const configs = listOf(endpointConfigs).filter(isMap);
  if (configs.length === 0) return undefined;
  let url: URL;
  try {
    url = new URL(webhookUrl(webhook));
  } catch {
    // The call itself reports a malformed address.
    return undefined;
  }
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const isDefault = port === (url.protocol === 'https:' ? '443' : '80');
  const names = new Set([`${url.hostname}:${port}`, ...(isDefault ? [url.hostname] : [])]);
  return configs.find((config) => names.has(textOf(config['host']).toLowerCase()));
}

function prefixed(prefix: string, run: () => string): string {
  try {
    return run();
  } catch (error) {
    throw new Error(`${prefix}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function token(api: ApiReads, authorization: JsonMap): string {
  const type = textOf(authorization['type']).trim();
  if (type.toLowerCase() === 'basic') {
    throw new Error(
      `authorization type "${textOf(authorization['type'])}" is not supported; use the basicAuth field instead`,
    );
  }
  const reference = mapOf(authorization['secretRef']);
  const value = secretValue(api, 'authorization', reference, textOf(reference['key']));
  return `${type || 'Bearer'} ${value.trim()}`;
}

function basic(api: ApiReads, basicAuth: JsonMap): string {
  const reference = mapOf(basicAuth['secretRef']);
  const username = secretValue(api, 'basicAuth', reference, textOf(basicAuth['usernameKey']) || 'username');
  const password = secretValue(api, 'basicAuth', reference, textOf(basicAuth['passwordKey']) || 'password');
  if (username.includes(':')) throw new Error("basicAuth username must not contain ':'");
  return `Basic ${Buffer.from(`${username.trim()}:${password.trim()}`).toString('base64')}`;
}

function secretValue(api: ApiReads, what: string, reference: JsonMap, key: string): string {
  const namespace = textOf(reference['namespace']);
  const name = textOf(reference['name']);
  // From the host's cache, so no request of its own.
  const secret = api.list('v1', 'Secret', namespace).find((one) => one.metadata.name === name);
  if (!secret) throw new Error(`can't get ${what} secret ${namespace}/${name}: Secret "${name}" not found`);
  const value = mapOf(secret['data'])[key];
  if (value === undefined) throw new Error(`${what} secret ${namespace}/${name} does not contain key "${key}"`);
  return Buffer.from(textOf(value), 'base64').toString();
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const DEFAULT_TIMEOUT_MS = 10_000;

/** A Go duration text in milliseconds; 10 s where there is none or it is not positive. */
export function timeoutMs(timeout: unknown): number {
  let total = 0;
  for (const [, amount = '0', unit = ''] of textOf(timeout).matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g))
    total += Number(amount) * (UNITS[unit] ?? 0);
  return total > 0 && !textOf(timeout).startsWith('-') ? total : DEFAULT_TIMEOUT_MS;
}
