/**
 * The error catalogue: every way in which the service refuses a request. A fault of the transport is one of these and
 * changes nothing in the cluster; a fault of a manifest is never here, it is a condition on a 200 answer.
 * Metacontroller shows the text as a SyncError event on the parent. docs/errors.md lists the codes; a test keeps both equal.
 */

interface Entry {
  readonly status: number;
  /** What was wrong, without the final full stop: place and detail are put behind it in parentheses. */
  readonly sentence: string;
  /** What to do next. */
  readonly hint: string;
}

export const CATALOGUE = {
  RouteUnknown: { status: 404, sentence: 'No hook answers at this path', hint: 'GET / lists the hooks.' },
  MethodNotAllowed: {
    status: 405,
    sentence: 'Hooks answer POST only',
    hint: 'Send the request as the body of a POST.',
  },
  MediaTypeUnsupported: {
    status: 415,
    sentence: 'The body must be JSON in UTF-8',
    hint: "Send Content-Type: application/json; curl's default for -d is accepted too, if the body is a JSON object.",
  },
  ContentEncodingUnsupported: {
    status: 415,
    sentence: 'Compressed bodies are not read',
    hint: 'Send the body without Content-Encoding.',
  },
  BodyEmpty: { status: 400, sentence: 'The body is empty', hint: 'GET / shows a sample body for each hook.' },
  BodyTooLarge: {
    status: 413,
    sentence: 'The body is over the limit',
    hint: 'Raise --body-limit, or split the Repository: about 6 KB are sent per Snapshot.',
  },
  BodyIncomplete: {
    status: 400,
    sentence: 'The body ended before its announced length',
    hint: 'Check what stands between the client and the hooks; the request can be repeated.',
  },
  BodyNotUtf8: {
    status: 400,
    sentence: 'The body is not UTF-8',
    hint: 'Encode the body as UTF-8 without a byte order mark.',
  },
  BodyNotJson: { status: 400, sentence: 'The body is not one JSON value', hint: 'Correct it at the place named here.' },
  BodyNotObject: {
    status: 400,
    sentence: 'The body is JSON, but not an object',
    hint: 'GET / shows a sample body for each hook.',
  },
  BodyTooDeep: {
    status: 400,
    sentence: 'The body is nested too deeply',
    hint: 'No Kubernetes object needs such a depth; look for a generated or damaged field.',
  },
  NumberOutOfRange: {
    status: 400,
    sentence: 'A number is too large to be kept',
    hint: 'Correct it at the place named here.',
  },
  ControllerMismatch: {
    status: 400,
    sentence: 'The request comes from a controller that belongs to another route',
    hint: 'Compare the webhook path of that controller with metacontroller/.',
  },
  ParentMissing: {
    status: 400,
    sentence: 'The request has no parent object',
    hint: 'Composite controllers send it as parent, decorators as object; customize always has parent.',
  },
  ParentMismatch: {
    status: 400,
    sentence: 'The parent is of another kind than this route serves',
    hint: 'Compare apiVersion and kind with the path; GET / lists them.',
  },
  ParentIncomplete: {
    status: 400,
    sentence: 'The parent lacks what the API server always sets, or holds it in another type',
    hint: 'Give name, namespace and uid as text; take the object from kubectl get -o json.',
  },
  ChildrenMissing: {
    status: 400,
    sentence: 'The request does not say which children exist',
    hint: 'Send a map of groups, each a map of objects; it is never read as «no children», as that would delete them.',
  },
  ChildGroupMissing: {
    status: 400,
    sentence: 'A kind of children that this hook must see is missing',
    hint: 'The manifest in metacontroller/ and the hooks are of different versions; apply both of the same release.',
  },
  ChildGroupUnknown: {
    status: 400,
    sentence: 'There are children of a kind that this hook does not know, and an answer would delete them',
    hint: 'The manifest in metacontroller/ and the hooks are of different versions; apply both of the same release.',
  },
  ObjectMalformed: {
    status: 400,
    sentence: 'An object in the request is not as the API server sends it',
    hint: 'Correct it at the place named here.',
  },
  HookVersionUnsupported: {
    status: 400,
    sentence: 'Objects are keyed as hook version v1 does it',
    hint: "Set version: v2 on the controller's hooks: keys are then namespace/name.",
  },
  RelatedMissing: {
    status: 503,
    sentence: 'The request lacks the related objects that customize asks for',
    hint: 'It is repeated by Metacontroller; if this stays, the controller has no customize hook: apply its manifest again.',
  },
  RelatedMalformed: {
    status: 400,
    sentence: 'related is not a map of groups, each a map of objects',
    hint: 'Correct it at the place named here.',
  },
  FinalizingMalformed: {
    status: 400,
    sentence: 'finalizing has a value that this hook cannot take',
    hint: 'For sync true, false or nothing is taken, for finalize true.',
  },
  NowRefused: {
    status: 400,
    sentence: '?now= is for development, and this server was not started for it',
    hint: 'Start it with --dev, or leave ?now= out.',
  },
  NowMalformed: {
    status: 400,
    sentence: '?now= is not an RFC 3339 time',
    hint: 'Write it like ?now=2026-01-05T02:00:00Z.',
  },
  TokenMissing: {
    status: 401,
    sentence: 'The hooks ask for a bearer token',
    hint: "Send Authorization: Bearer …, in Metacontroller through webhook.authorization of the controller's hooks.",
  },
  TokenWrong: {
    status: 403,
    sentence: 'The bearer token is not one of those that the hooks accept',
    hint: 'Compare the Secret that Metacontroller uses with the token file of the hooks; Metacontroller reads it once, at its start.',
  },
  ClientCertificateMissing: {
    status: 401,
    sentence: 'The hooks ask for a client certificate that their CA has signed',
    hint: "Set webhook.clientTLS of the controller's hooks.",
  },
  Busy: {
    status: 429,
    sentence: 'More requests are being read than the limit allows',
    hint: 'Repeat it after Retry-After seconds; raise --max-requests or --max-buffered-bytes if this is not rare.',
  },
  RequestMalformed: {
    status: 400,
    sentence: 'This is not an HTTP request that can be read',
    hint: 'Check scheme (http or https), headers and the announced length.',
  },
  RequestTooSlow: {
    status: 408,
    sentence: 'The request was not complete in time',
    hint: 'Check the network between client and hooks; --request-timeout is the limit.',
  },
  HeadersTooLarge: { status: 431, sentence: 'The headers are over the limit of 16 KiB', hint: 'Send fewer headers.' },
  HookFailed: {
    status: 500,
    sentence: 'The hook failed; this is a bug of MetaStash and nothing was changed',
    hint: 'Report it with the entry of the log that carries this requestId.',
  },
  AnswerInvalid: {
    status: 500,
    sentence:
      'The hook made an answer that must not reach the cluster; this is a bug of MetaStash and nothing was changed',
    hint: 'Report it with the entry of the log that carries this requestId.',
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof CATALOGUE;

/** A refusal with its place: a JSON pointer, a header, line and column. Neither may hold a value from the request. */
export class HookError extends Error {
  readonly code: ErrorCode;
  readonly where: string | undefined;

  constructor(code: ErrorCode, where?: string, options?: ErrorOptions) {
    super(sentenceOf(code, where), options);
    this.name = 'HookError';
    this.code = code;
    this.where = where;
  }

  get status(): number {
    return CATALOGUE[this.code].status;
  }
}

/** `Code: what was wrong (where). What to do next.` */
function sentenceOf(code: ErrorCode, where: string | undefined): string {
  const { sentence, hint } = CATALOGUE[code];
  return `${code}: ${sentence}${where === undefined ? '' : ` (${where})`}. ${hint}`;
}

/** A JSON pointer (RFC 6901) of these keys; long keys are cut, so that a message stays a sentence. */
export function pointer(...keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${String(key).slice(0, 120).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
