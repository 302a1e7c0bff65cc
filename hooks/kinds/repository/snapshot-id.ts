/** `spec.snapshotID`: a ULID as KubeStash writes them, made from what identifies the Snapshot and from nothing else. */
import { createHash } from 'node:crypto';
import type { Instant } from '../../kube/metacontroller.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_BYTES = 10;

/** 48 bits of time and 80 bits of sha256 over the seed parts; equal input gives an equal id. */
export function snapshotId(at: Instant, ...seed: readonly string[]): string {
  const digest = createHash('sha256').update(seed.join('\n')).digest().subarray(0, RANDOM_BYTES);
  return `${base32(BigInt(Math.max(0, Math.trunc(at))), 10)}${base32(BigInt(`0x${digest.toString('hex')}`), 16)}`;
}

function base32(value: bigint, length: number): string {
  return Array.from({ length }, (_, index) => {
    const shift = BigInt(5 * (length - 1 - index));
    return CROCKFORD[Number((value >> shift) & 31n)];
  }).join('');
}
