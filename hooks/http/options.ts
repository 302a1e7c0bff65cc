/** Command line and environment to one typed record. Pure: server.ts hands both over. */
import { parseArgs } from 'node:util';

export interface ServerOptions {
  readonly help: boolean;
  readonly dev: boolean;
  readonly host: string | undefined;
  readonly port: number;
  readonly tokenFile: string | undefined;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly clientCa: string | undefined;
  readonly bodyLimit: number;
  readonly maxRequests: number;
  readonly maxBufferedBytes: number;
  readonly requestTimeout: number;
  readonly drainDelay: number;
  readonly drainTimeout: number;
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

interface Option {
  readonly default?: string;
  readonly help: string;
  readonly value?: string;
}

const OPTIONS = {
  port: { default: '8080', value: 'number', help: 'port to listen on; 0 takes a free one' },
  host: { value: 'address', help: 'address to listen on; all, or 127.0.0.1 with --dev' },
  dev: { help: 'for development: takes ?now=<RFC 3339> as the clock of a request' },
  'token-file': { value: 'file', help: 'accepted bearer tokens, one a line; read again when it changes' },
  'tls-cert': { value: 'file', help: 'certificate chain in PEM; read again when it changes' },
  'tls-key': { value: 'file', help: 'its private key in PEM' },
  'client-ca': { value: 'file', help: 'CA in PEM that signs the certificates of clients that may call hooks' },
  'body-limit': { default: '33554432', value: 'bytes', help: 'largest body' },
  'max-requests': { default: '256', value: 'number', help: 'requests that may be read at one time; others get 429' },
  'max-buffered-bytes': {
    default: '268435456',
    value: 'bytes',
    help: 'bytes of bodies held at one time; others get 429',
  },
  'request-timeout': { default: '10', value: 'seconds', help: 'a request that is not complete by then is cut' },
  'drain-delay': { default: '3', value: 'seconds', help: 'from SIGTERM until no connection is accepted any more' },
  'drain-timeout': { default: '20', value: 'seconds', help: 'then, until unfinished requests are cut' },
  'log-level': { default: 'info', value: LOG_LEVELS.join('|'), help: 'debug has a line for every request' },
  help: { help: 'this text' },
} as const satisfies Record<string, Option>;

type OptionName = keyof typeof OPTIONS;

/** The options of these arguments; where one is not given, that of `METASTASH_<OPTION>`. Throws a sentence for a wrong one. */
export function optionsOf(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): ServerOptions {
  const { values } = parseArgs({ args: [...argv], options: PARSER, allowPositionals: false });
  const text = (name: OptionName): string | undefined => {
    const given = values[name] ?? env[environmentName(name)];
    return given === undefined || given === '' ? defaultOf(name) : String(given);
  };
  const flag = (name: OptionName): boolean => ['true', '1'].includes(text(name) ?? '');
  const number = (name: OptionName): number => numberOf(name, text(name));
  const options = {
    help: flag('help'),
    dev: flag('dev'),
    host: text('host') ?? (flag('dev') ? '127.0.0.1' : undefined),
    port: number('port'),
    tokenFile: text('token-file'),
    tlsCert: text('tls-cert'),
    tlsKey: text('tls-key'),
    clientCa: text('client-ca'),
    bodyLimit: number('body-limit'),
    maxRequests: number('max-requests'),
    maxBufferedBytes: number('max-buffered-bytes'),
    requestTimeout: number('request-timeout'),
    drainDelay: number('drain-delay'),
    drainTimeout: number('drain-timeout'),
    logLevel: levelOf(text('log-level')),
  };
  if ((options.tlsCert === undefined) !== (options.tlsKey === undefined)) {
    throw new Error('--tls-cert and --tls-key come together: give both, or none for plain HTTP');
  }
  if (options.clientCa !== undefined && options.tlsCert === undefined) {
    throw new Error('--client-ca needs TLS: give --tls-cert and --tls-key too');
  }
  return options;
}

const PARSER = Object.fromEntries(
  Object.entries<Option>(OPTIONS).map(([name, { value }]) => [
    name,
    { type: value === undefined ? ('boolean' as const) : ('string' as const) },
  ]),
);

const usageOf = (name: string, { value }: Option): string => `--${name}${value === undefined ? '' : ` <${value}>`}`;
/** One column for the options, and two spaces after the longest. */
const USAGE_WIDTH =
  Math.max(...Object.entries<Option>(OPTIONS).map(([name, option]) => usageOf(name, option).length)) + 2;

/** The text of --help. */
export function helpText(): string {
  const lines = Object.entries<Option>(OPTIONS).map(([name, option]) => {
    return `  ${usageOf(name, option).padEnd(USAGE_WIDTH)}${option.help}${option.default === undefined ? '' : ` (${option.default})`}`;
  });
  return [
    'metastash-hooks: the hooks of MetaStash over HTTP. GET / lists them.',
    '',
    ...lines,
    '',
    'Each option can also be given in the environment: --token-file as METASTASH_TOKEN_FILE.',
    '',
  ].join('\n');
}

function environmentName(name: OptionName): string {
  return `METASTASH_${name.toUpperCase().replaceAll('-', '_')}`;
}

function defaultOf(name: OptionName): string | undefined {
  const option: Option = OPTIONS[name];
  return option.default;
}

function numberOf(name: OptionName, text: string | undefined): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0)
    throw new Error(`--${name} must be a number of at least 0, not '${text}'`);
  return number;
}

function levelOf(text: string | undefined): LogLevel {
  const level = LOG_LEVELS.find((one) => one === text);
  if (!level) throw new Error(`--log-level must be one of ${LOG_LEVELS.join(', ')}, not '${text}'`);
  return level;
}
