import assert from 'node:assert/strict';
import { lastStageOf } from '../../mover/tools/images/containerfile.ts';

const TEXT = `
FROM golang AS tool
RUN go build
COPY go.mod ./

# What counts.
FROM base:1
ARG VERSION=v1
LABEL a.b/title="two words" \\
      version="\${VERSION}"
ENV A=1 B=2
COPY --from=tool --chown=0:0 --chmod=0555 /tool /usr/bin/tool
COPY one two /app/
USER 1:2
EXPOSE 80
ENTRYPOINT ["/a", "/b"]
`;

describe('what a Containerfile says about its image', () => {
  it('is that of the last stage', () => {
    assert.deepEqual(lastStageOf(TEXT), {
      base: 'base:1',
      config: {
        User: '1:2',
        Env: ['A=1', 'B=2'],
        Entrypoint: ['/a', '/b'],
        ExposedPorts: { '80/tcp': {} },
        Labels: { 'a.b/title': 'two words', version: 'v1' },
      },
      copies: [
        { stage: 'tool', sources: ['/tool'], target: '/usr/bin/tool', mode: 0o555 },
        { stage: undefined, sources: ['one', 'two'], target: '/app/', mode: undefined },
      ],
    });
  });

  it('takes build arguments over defaults', () => {
    assert.equal(lastStageOf(TEXT, { VERSION: 'v2' }).config.Labels['version'], 'v2');
  });

  for (const [what, text, words] of [
    ['runs a program', 'FROM base\nRUN true\n', /^Error: RUN in the last stage: not known to mover\/tools\/images/],
    ['has no stage', '# nothing\n', /^Error: a Containerfile needs a FROM$/],
  ] as const) {
    it(`is refused when it ${what}, rather than assembled as something else`, () => {
      assert.throws(() => lastStageOf(text), words);
    });
  }
});
