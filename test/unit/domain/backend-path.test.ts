import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  directoriesOverlap,
  normaliseDirectory,
  normalisePrefix,
  objectKey,
  repositoryManifestKey,
  resticPathOf,
  snapshotManifestKey,
} from '../../../hooks/domain/backend-path.ts';

describe('paths inside a backend', () => {
  const same: readonly (readonly [text: string, directory: string])[] = [
    ['dep', 'dep'],
    ['/dep', 'dep'],
    ['/demo/sample-sts/', 'demo/sample-sts'],
    ['a//b/./c', 'a/b/c'],
    ['ünï/日本', 'ünï/日本'],
    ['a b;$(x)', 'a b;$(x)'],
  ];
  for (const [text, directory] of same) {
    it(`normalises ${text} to ${directory}`, () => {
      assert.deepEqual(normaliseDirectory(text), { ok: true, value: directory });
    });
  }

  const wrong: readonly (readonly [text: unknown, error: RegExp])[] = [
    ['', /^the directory names no folder; write for example demo\/my-app$/],
    ['//', /^the directory names no folder/],
    [undefined, /^the directory names no folder/],
    ['a/../b', /^"a\/\.\.\/b" climbs out of its folder; write it without "\.\."$/],
    ['..', /climbs out of its folder/],
    ['a\nb', /has no control characters and no backslash$/],
    ['a\u0000b', /has no control characters/],
    ['a\u2028b', /has no control characters/],
    ['a\\b', /no backslash$/],
    ['x'.repeat(1025), /^a path inside a backend has at most 1024 characters$/],
    [7, /^a path inside a backend is text$/],
  ];
  for (const [text, error] of wrong) {
    it(`refuses ${String(JSON.stringify(text)).slice(0, 30)} and says why`, () => {
      const parsed = normaliseDirectory(text);
      assert.ok(!parsed.ok);
      assert.match(parsed.error, error);
    });
  }

  it('lets a prefix be empty: the whole bucket', () => {
    assert.deepEqual(normalisePrefix(undefined), { ok: true, value: '' });
    assert.deepEqual(normalisePrefix('/'), { ok: true, value: '' });
  });

  it('gives what it normalised unchanged when asked again, and never a path that climbs', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '/', '.', '\\', '\n', ' ', 'é') }), (text) => {
        const once = normaliseDirectory(text);
        if (!once.ok) return;
        assert.deepEqual(normaliseDirectory(once.value), once);
        assert.ok(!once.value.split('/').some((segment) => ['', '.', '..'].includes(segment)));
      }),
    );
  });

  it('lays out restic repositories and manifests as KubeStash documents them', () => {
    assert.equal(resticPathOf('demo-session', 'dump-pod-0'), 'repository/v1/demo-session/dump-pod-0');
    assert.equal(repositoryManifestKey('demo/sts'), 'demo/sts/repository.yaml');
    assert.equal(snapshotManifestKey('demo/sts', 'repo-x-1'), 'demo/sts/snapshots/repo-x-1.yaml');
    assert.equal(objectKey('', 'a', '', 'b'), 'a/b');
  });

  it('sees equal and nested directories, but not neighbours with a common start', () => {
    assert.equal(directoriesOverlap('a', 'a'), true);
    assert.equal(directoriesOverlap('a', 'a/b'), true);
    assert.equal(directoriesOverlap('a/b/c', 'a/b'), true);
    assert.equal(directoriesOverlap('a/b', 'a/bc'), false);
  });
});
