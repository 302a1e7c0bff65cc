import assert from 'node:assert/strict';
import fc from 'fast-check';
import { substitute, substituteText } from '../../../hooks/domain/variables.ts';

const VARIABLES = { name: 'web', empty: '', path: '/a/b/c.tar.gz', word: 'éclair', 'with-dash': 'dashed', n: '7' };

describe('variable substitution', () => {
  const expanded: readonly (readonly [text: string, result: string])[] = [
    ['plain $text $(POD_NAME)', 'plain $text $(POD_NAME)'],
    ['--namespace=${name}', '--namespace=web'],
    ['${name}-${name}', 'web-web'],
    ['${with-dash}', 'dashed'],
    ['${missing:=default}', 'default'],
    ['${missing:-default}', 'default'],
    ['${missing=default}', 'default'],
    ['${missing:=}', ''],
    ['${empty:=default}', ''],
    ['${name:=default}', 'web'],
    ['${missing:=${name}/x}', 'web/x'],
    ['${missing:=${other:-${name}}}', 'web'],
    ['$${name}', '${name}'],
    ['$$name costs 5$', '$name costs 5$'],
    ['$$$${name}', '$${name}'],
    ['${name^}', 'Web'],
    ['${name^^}', 'WEB'],
    ['${word^}', 'Éclair'],
    ['${word^^}', 'ÉCLAIR'],
    ['${#word}', '6'],
    ['${#empty}', '0'],
    ['${path:3}', 'b/c.tar.gz'],
    ['${path:3:1}', 'b'],
    ['${path:99}', ''],
    ['${path#*/}', 'a/b/c.tar.gz'],
    ['${path##*/}', 'c.tar.gz'],
    ['${path%.*}', '/a/b/c.tar'],
    ['${path%%.*}', '/a/b/c'],
    ['${path%.zip}', '/a/b/c.tar.gz'],
    ['${path/a/x}', '/x/b/c.tar.gz'],
    ['${path//a/x}', '/x/b/c.txr.gz'],
    ['${name/#w/x}', 'xeb'],
    ['${path/%gz/xz}', '/a/b/c.tar.xz'],
    ['${name/e/$&}', 'w$&b'],
    ['${path%${name}}', '/a/b/c.tar.gz'],
  ];
  for (const [text, result] of expanded) {
    it(`turns ${text} into ${JSON.stringify(result)}`, () => {
      assert.deepEqual(substituteText(text, VARIABLES), { ok: true, value: result });
    });
  }

  const failing: readonly (readonly [text: string, error: string])[] = [
    ['${paths}', 'variable paths is not set and has no default; set it in params, or write ${paths:=default}'],
    ['${#paths}', 'variable paths is not set and has no default; set it in params, or write ${paths:=default}'],
    ['${paths^^}', 'variable paths is not set and has no default; set it in params, or write ${paths:=default}'],
    ['a ${name', '"${name" has no closing brace'],
    ['${}', '${} names no variable'],
    ['${:=x}', '${:=x} names no variable'],
    ['${1}', '${1} names no variable'],
    ['${name!}', '${name!} is no known form; to give a default write ${name:=default}'],
    ['${name-x}', 'variable name-x is not set and has no default; set it in params, or write ${name-x:=default}'],
    ['${name^x}', '${name^x} is no known form; to give a default write ${name:=default}'],
    ['${name:x}', '${name:x} is no known form; to give a default write ${name:=default}'],
    ['${#name^}', '${#name^} is no known form'],
    ['${toString}', 'variable toString is not set and has no default; set it in params, or write ${toString:=default}'],
  ];
  for (const [text, error] of failing) {
    it(`refuses ${text} and says what is missing`, () => {
      assert.deepEqual(substituteText(text, VARIABLES), { ok: false, error });
    });
  }

  it('replaces texts and keys anywhere in a JSON value and leaves the rest alone', () => {
    const value = { args: ['--name=${name}', 3, null, true], '${name}-key': { claimName: '${n}' } };
    assert.deepEqual(substitute<unknown>(value, VARIABLES), {
      ok: true,
      value: { args: ['--name=web', 3, null, true], 'web-key': { claimName: '7' } },
    });
  });

  it('says with a JSON pointer where a variable is missing', () => {
    assert.deepEqual(substitute({ args: ['ok', '${gone}'] }, {}), {
      ok: false,
      error: '/args/1: variable gone is not set and has no default; set it in params, or write ${gone:=default}',
    });
    assert.deepEqual(substitute({ 'a/b~c': '${gone}' }, {}), {
      ok: false,
      error: '/a~1b~0c: variable gone is not set and has no default; set it in params, or write ${gone:=default}',
    });
  });

  it('treats a value as data: it is not expanded again and changes no structure', () => {
    assert.deepEqual(substitute({ text: '${v}' }, { v: '${name}","x":"' }), {
      ok: true,
      value: { text: '${name}","x":"' },
    });
  });

  it('keeps keys such as __proto__ as plain data', () => {
    const result = substitute(JSON.parse('{"__proto__": {"polluted": "${name}"}}') as object, VARIABLES);
    assert.ok(result.ok);
    assert.equal(JSON.stringify(result.value), '{"__proto__":{"polluted":"web"}}');
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('refuses defaults that are nested without end instead of overflowing the stack', () => {
    const text = `${'${a:='.repeat(5000)}x${'}'.repeat(5000)}`;
    assert.deepEqual(substituteText(text, {}), {
      ok: false,
      error: 'defaults inside defaults are nested deeper than 16',
    });
  });

  it('refuses to grow a text without bound', () => {
    const result = substituteText('${a//x/yyyyyyyyyy}'.repeat(20), { a: 'x'.repeat(10_000) });
    assert.deepEqual(result, { ok: false, error: 'the text grows beyond 1 MiB when its variables are replaced' });
  });

  it('trims by a pattern of many stars in no time', () => {
    const result = substituteText(`\${a#${'*a'.repeat(12)}b}`, { a: 'a'.repeat(2000) });
    assert.ok(result.ok && result.value.length === 2000);
  });

  it('answers every text without throwing, and leaves a text without variables as it is', () => {
    const text = fc.string({
      unit: fc.constantFrom('$', '{', '}', 'a', 'b', ':', '=', '-', '#', '%', '/', '^', ',', '1', '*'),
    });
    fc.assert(
      fc.property(text, (input) => {
        const result = substituteText(input, { a: 'value', b: '' });
        assert.ok(/\$[{$]/.test(input) || (result.ok && result.value === input));
      }),
      { numRuns: 2000 },
    );
  });
});
