import assert from 'node:assert/strict';
import { decodeTime, isValid } from 'ulid';
import { snapshotId } from '../../../../hooks/kinds/repository/snapshot-id.ts';

const AT = Date.parse('2026-01-05T02:00:00Z');

describe('snapshot ids', () => {
  it('are ULIDs that carry the time of their session', () => {
    const id = snapshotId(AT, 'session-uid', 'repository-uid', 'local-app-nightly-1767578400');
    assert.equal(isValid(id), true);
    assert.equal(decodeTime(id), AT);
  });

  it('are the same for the same Snapshot and differ in any part of its identity', () => {
    assert.equal(snapshotId(AT, 'a', 'b', 'c'), snapshotId(AT, 'a', 'b', 'c'));
    const others = [snapshotId(AT, 'x', 'b', 'c'), snapshotId(AT, 'a', 'x', 'c'), snapshotId(AT, 'a', 'b', 'x')];
    assert.equal(new Set([...others, snapshotId(AT, 'a', 'b', 'c')]).size, 4);
  });

  it('are whole for a time that cannot be read', () => {
    assert.match(snapshotId(0, 'a'), /^0{10}[0-9A-HJKMNP-TV-Z]{16}$/);
  });
});
