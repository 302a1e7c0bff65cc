/** Headers and bytes of a request's body. Read by hand: a body parser that decodes charsets and inflates costs a quarter of the throughput. */
import type { IncomingMessage } from 'node:http';
import { HookError } from './errors.ts';
import type { Place } from './gate.ts';

const FORM = 'application/x-www-form-urlencoded';
const OPENING_BRACE = 0x7b;

/** Refuses what cannot be JSON, by its headers alone and before a byte of the body is read. */
export function checkHeaders(request: IncomingMessage, limitBytes: number): void {
  const { headers } = request;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw new HookError('ContentEncodingUnsupported');
  const type = headers['content-type'];
  if (type !== 'application/json') checkMediaType(type);
  if (Number(headers['content-length']) > limitBytes) throw new HookError('BodyTooLarge', `${limitBytes} bytes`);
}

function checkMediaType(header: string | undefined): void {
  if (header === undefined) throw new HookError('MediaTypeUnsupported', 'no Content-Type');
  const [type, ...parameters] = header
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (type !== 'application/json' && type !== FORM) throw new HookError('MediaTypeUnsupported', 'Content-Type');
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))
    throw new HookError('MediaTypeUnsupported', 'charset');
}

/** The whole body; throws BodyTooLarge, BodyIncomplete, Busy, or MediaTypeUnsupported for a form that is a form. */
export async function readBody(request: IncomingMessage, limitBytes: number, place: Place): Promise<Buffer> {
  const body = await bytesOf(request, limitBytes, place);
  if (request.headers['content-type']?.startsWith(FORM) && !looksLikeObject(body)) {
    throw new HookError('MediaTypeUnsupported', 'a form');
  }
  return body;
}

function bytesOf(request: IncomingMessage, limitBytes: number, place: Place): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      try {
        place.hold(chunk.length);
        if (size > limitBytes) throw new HookError('BodyTooLarge', `${limitBytes} bytes`);
      } catch (error) {
        // The rest is thrown away as it arrives, so that the client gets to read the answer; requestTimeout bounds it.
        chunks.length = 0;
        request.removeAllListeners('data').resume();
        reject(error as HookError);
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    // A close comes after every request, so the error with its stack is made only where the body is not whole.
    const ended = (): void => {
      if (!request.complete) reject(new HookError('BodyIncomplete'));
    };
    request.on('error', ended);
    request.on('close', ended);
  });
}

function looksLikeObject(body: Buffer): boolean {
  return body.subarray(0, 64).toString('latin1').trimStart().charCodeAt(0) === OPENING_BRACE;
}
