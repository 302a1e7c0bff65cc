import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBelow, parsePaths, parsePatterns } from '../../../hooks/domain/patterns.ts';

describe('lists of paths', () => {
  it('splits by commas, trims, drops empty entries, trailing slashes and repetitions', () => {
    assert.deepEqual(parsePaths(' /source/data/, /config ,,/source/data'), {
      ok: true,
      value: ['/source/data', '/config'],
    });
    assert.deepEqual(parsePaths(''), { ok: true, value: [] });
    assert.deepEqual(parsePaths(undefined), { ok: true, value: [] });
  });

  const wrong: readonly (readonly [text: unknown, error: RegExp])[] = [
    ['data', /^paths: "data" is not absolute; start it with \/$/],
    ['--password-command=x', /is not absolute/],
    ['/', /^paths: "\/" is the whole file system of the mover; name the mount paths of the volumes$/],
    ['/./', /is the whole file system/],
    ['/proc', /^paths: "\/proc" lies in \/proc, which holds no files to save$/],
    ['/sys/fs', /lies in \/sys/],
    ['/a/../../etc', /^paths: "\/a\/\.\.\/\.\.\/etc" climbs with "\.\."; write the path it means$/],
    ['/a\n/b', /^paths holds a line break or control character; separate entries by commas$/],
    [Array(1002).fill('/a').join(','), /^paths has 1002 entries; at most 1000 are possible$/],
    [`/${'a'.repeat(5000)}`, /is longer than 4096 characters$/],
    [['/a'], /^paths is a comma-separated text, for example \/data,\/config$/],
  ];
  for (const [text, error] of wrong) {
    it(`refuses ${String(JSON.stringify(text)).slice(0, 30)} and says why`, () => {
      const parsed = parsePaths(text);
      assert.ok(!parsed.ok);
      assert.match(parsed.error, error);
    });
  }

  it('takes /processed for what it is', () => {
    assert.ok(parsePaths('/processed').ok);
  });

  it('gives only absolute paths that do not climb, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('/', '.', 'a', ',', ' ', '-', '\n') }), (text) => {
        const parsed = parsePaths(text);
        assert.ok(!parsed.ok || parsed.value.every((path) => /^(?:\/(?!\.{1,2}(?:\/|$))[^/]+)+$/.test(path)));
      }),
    );
  });
});

describe('lists of patterns', () => {
  it('takes what restic takes', () => {
    const text = '*.tmp, /data/lost+found,**/cache/[a-c]?,!keep,\\[literal';
    assert.deepEqual(parsePatterns(text, 'exclude'), {
      ok: true,
      value: ['*.tmp', '/data/lost+found', '**/cache/[a-c]?', '!keep', '\\[literal'],
    });
  });

  for (const text of ['[a', 'a[]', 'x\\']) {
    it(`refuses the broken pattern ${text}`, () => {
      assert.deepEqual(parsePatterns(text, 'include'), {
        ok: false,
        error: `include: ${JSON.stringify(text)} is no valid pattern; close every [ with ] and end no pattern in \\`,
      });
    });
  }

  it('refuses a line break, which would be read as a second pattern', () => {
    assert.ok(!parsePatterns('a\nb', 'exclude').ok);
  });
});

describe('one path below another', () => {
  it('knows folders by whole segments', () => {
    assert.equal(isBelow('/a/b', '/a'), true);
    assert.equal(isBelow('/a', '/a'), true);
    assert.equal(isBelow('/ab', '/a'), false);
    assert.equal(isBelow('/a', '/'), true);
  });
});
