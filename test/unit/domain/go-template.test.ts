import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rendered } from '../../../hooks/domain/go-template.ts';

const SUMMARY = {
  Name: 'app-nightly-1',
  Namespace: 'demo',
  Invoker: { APIGroup: 'core.kubestash.com', Kind: 'BackupConfiguration', Name: 'app', Namespace: 'demo' },
  Target: { APIGroup: 'apps', Kind: 'Deployment', Name: 'web', Namespace: 'demo' },
  Status: { Phase: 'Failed', Duration: '12s', Error: 'disk "a" is <full> & more' },
};

const texts: readonly (readonly [what: string, template: string, text: string])[] = [
  ['text without actions stays', 'plain $HOME and ${x}', 'plain $HOME and ${x}'],
  ['fields of the summary', '{{ .Namespace }}/{{.Target.Name}}', 'demo/web'],
  ['trims blanks where dashes say so', 'a  {{- 1 -}}\n b', 'a1b'],
  ['if with eq', '{{if eq .Status.Phase "Succeeded"}}good{{else}}bad{{end}}', 'bad'],
  ['else if, nested', '{{if false}}1{{else if eq .Target.Kind "Deployment"}}{{if true}}2{{end}}{{else}}3{{end}}', '2'],
  ['eq with several values', '{{ eq .Name "x" "app-nightly-1" }}', 'true'],
  ['a variable that a branch changes', '{{$m := "a"}}{{if true}}{{$m = "b"}}{{end}}{{$m}}', 'b'],
  ['a variable of a branch stays in it', '{{$m := "a"}}{{if true}}{{$m := "b"}}{{$m}}{{end}}{{$m}}', 'ba'],
  ['printf', '{{ printf "%s|%5s|%-3s|%q|%d|%t|%%" "a" "b" "c" "d" 5 true }}', 'a|    b|c  |"d"|5|true|%'],
  ['a pipeline', '{{ .Status.Error | printf "%s!" | toJson }}', '"disk \\"a\\" is \\u003cfull\\u003e \\u0026 more!"'],
  ['dict and toJson with sorted keys', '{{ dict "b" 1 "a" (list true nil) | toJson }}', '{"a":[true,null],"b":1}'],
  ['a dict’s field', '{{$d := dict "k" "v"}}{{$d.k}} {{$d.none}}', 'v <no value>'],
  [
    'the summary as JSON',
    '{{ toJson .Invoker }}',
    '{"apiGroup":"core.kubestash.com","kind":"BackupConfiguration","name":"app","namespace":"demo"}',
  ],
  [
    'and, or, not, ne, default',
    '{{ and 1 "x" }} {{ or "" "y" }} {{ not "" }} {{ ne 1 2 }} {{ default "z" "" }}',
    'x y true true z',
  ],
  ['comments and braces in quotes', '{{/* }} */}}{{ "}}" }}', '}}'],
  ['escapes of Go', '{{ "a\\tb\\u00e9\\"" }}{{ `raw\\n` }}', 'a\tbé"raw\\n'],
  // Shaped like KubeStash's guide for chat notifications.
  [
    'a notification that chooses its words first',
    '{{$m := dict "kind" "text"}}{{if eq .Status.Phase "Succeeded"}}{{- $m = dict "t" "ok" -}}{{else}}{{- $m = dict "t" (printf "%s/%s: %s" .Namespace .Target.Name .Status.Phase) -}}{{end}}\n {"m": {{ toJson $m }}}',
    '\n {"m": {"t":"demo/web: Failed"}}',
  ],
];

const faults: readonly (readonly [what: string, template: string, words: RegExp])[] = [
  ['an unknown function', '{{ exec "rm" }}', /^function "exec" is not known; known are and, default, dict,/],
  ['an unknown field', '{{ .Status.Colour }}', /^there is no field \.Status\.Colour$/],
  ['a loop', '{{ range .Status }}{{ end }}', /^\{\{range\}\} is not supported/],
  ['an if without end', '{{ if true }}x', /^\{\{if\}\} has no \{\{end\}\}$/],
  ['an end without if', 'x{{ end }}', /^\{\{end\}\} has no \{\{if\}\} before it$/],
  ['braces that stay open', 'a {{ .Name ', /^"\{\{ \.Name " has no closing braces$/],
  ['a variable nobody declared', '{{ $x }}', /^variable \$x is not declared$/],
  ['an assignment before a declaration', '{{ $x = 1 }}', /^variable \$x is not declared; write/],
  ['a verb without value', '{{ printf "%s" }}', /^printf has no value for %s$/],
  ['a value without verb', '{{ printf "a" 1 }}', /^printf has 1 more values than verbs$/],
  ['a verb that does not fit', '{{ printf "%d" "a" }}', /^printf cannot print %d of this value/],
  ['a value called like a function', '{{ .Name 1 }}', /^"\.Name" is a value, not a function$/],
  ['an open parenthesis', '{{ (toJson .Name }}', /^a parenthesis is not closed$/],
  ['a dict without its last value', '{{ dict "a" }}', /^dict needs a value for every key$/],
  ['signs that are none', '{{ .Name % 2 }}', /^cannot read "% 2 " in/],
  ['an escape that Go does not know', '{{ "\\z" }}', /is no text that Go would read$/],
];

describe('Go templates of hooks', () => {
  for (const [what, template, text] of texts) {
    it(`render ${what}`, () => assert.deepEqual(rendered(template, SUMMARY), { ok: true, value: text }));
  }

  for (const [what, template, words] of faults) {
    it(`refuse ${what}`, () => {
      const result = rendered(template, SUMMARY);
      assert.equal(result.ok, false);
      if (!result.ok) assert.match(result.error, words);
    });
  }

  it('refuse a text that grows without end', () => {
    const doubled = '{{$a := "0123456789abcdef"}}' + '{{$a = printf "%s%s%s%s" $a $a $a $a}}'.repeat(9) + '{{$a}}';
    assert.deepEqual(rendered(doubled, SUMMARY), { ok: false, error: 'printf makes a text of more than 64 KiB' });
  });

  it('refuse a list that doubles with every step', () => {
    const doubled = '{{$a := list 1}}' + '{{$a = list $a $a}}'.repeat(40) + '{{$a}}';
    assert.deepEqual(rendered(doubled, SUMMARY), { ok: false, error: 'list makes a value that is too large' });
  });

  it('answer whatever they are given', () => {
    const word = fc.constantFrom(
      '{{',
      '}}',
      'if',
      'else',
      'end',
      ' ',
      '.Name',
      '$x',
      ':=',
      '=',
      '(',
      ')',
      '|',
      '"a"',
      '1',
      'printf',
      '%s',
      '-',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 4 })), { maxLength: 30 }), (words) => {
        const result = rendered(words.join(''), SUMMARY);
        assert.equal(typeof (result.ok ? result.value : result.error), 'string');
      }),
      { numRuns: 3000 },
    );
  });
});
