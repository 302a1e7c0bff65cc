/**
 * What the last stage of a Containerfile says about an image. hooks/Containerfile and mover/Containerfile are the one place
 * where entry point, user, labels, environment and files stand; an image made without a container engine is read from them.
 */

export interface Copy {
  /** The earlier stage that it comes from; undefined is the repository. */
  readonly stage: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
  /** Undefined keeps what the source has. */
  readonly mode: number | undefined;
}

/** The fields of an OCI image configuration, under its names. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Labels: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly base: string;
  readonly config: ImageConfig;
  readonly copies: readonly Copy[];
}

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

const NOTHING: Stage = {
  base: '',
  config: { User: '', Env: [], Entrypoint: [], ExposedPorts: {}, Labels: {} },
  copies: [],
};

/**
 * The last stage, with these build arguments in place of the defaults. Throws for an instruction that takes an engine (RUN)
 * or that is not known here, so that a Containerfile never says more than the assembled image holds.
 */
export function lastStageOf(text: string, args: Readonly<Record<string, string>> = {}): Stage {
  const all = instructionsOf(text);
  const start = all.findLastIndex(({ word }) => word === 'FROM');
  if (start < 0) throw new Error('a Containerfile needs a FROM');
  const variables: Record<string, string> = {};
  return all.slice(start).reduce((stage, instruction) => {
    const rest = instruction.rest.replace(/\$\{(\w+)\}/g, (_, name: string) => variables[name] ?? '');
    if (instruction.word !== 'ARG') return withInstruction(stage, { ...instruction, rest });
    const [name = '', byDefault = ''] = rest.split('=');
    variables[name] = args[name] ?? byDefault;
    return stage;
  }, NOTHING);
}

function withInstruction(stage: Stage, { word, rest }: Instruction): Stage {
  const { config } = stage;
  switch (word) {
    case 'FROM':
      return { ...stage, base: rest };
    case 'LABEL':
      return { ...stage, config: { ...config, Labels: { ...config.Labels, ...Object.fromEntries(pairsOf(rest)) } } };
    case 'ENV':
      return { ...stage, config: { ...config, Env: [...config.Env, ...pairsOf(rest).map((pair) => pair.join('='))] } };
    case 'USER':
      return { ...stage, config: { ...config, User: rest } };
    case 'EXPOSE':
      return { ...stage, config: { ...config, ExposedPorts: { ...config.ExposedPorts, [`${rest}/tcp`]: {} } } };
    case 'ENTRYPOINT':
      return { ...stage, config: { ...config, Entrypoint: JSON.parse(rest) as string[] } };
    case 'COPY':
      return { ...stage, copies: [...stage.copies, copyOf(rest)] };
    default:
      throw new Error(
        `${word} in the last stage: not known to mover/tools/images, which assembles it without an engine`,
      );
  }
}

function copyOf(rest: string): Copy {
  const words = rest.split(/\s+/);
  const flags = new Map(
    words.filter((one) => one.startsWith('--')).map((one) => one.slice(2).split('=') as [string, string]),
  );
  const paths = words.filter((one) => !one.startsWith('--'));
  const mode = flags.get('chmod');
  return {
    stage: flags.get('from'),
    sources: paths.slice(0, -1),
    target: paths.at(-1) ?? '',
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
  };
}

/** `a=b c="d e"` as pairs. */
function pairsOf(rest: string): readonly (readonly [string, string])[] {
  return [...rest.matchAll(/([\w./-]+)=(?:"([^"]*)"|(\S*))/g)].map((found) => [
    found[1] ?? '',
    found[2] ?? found[3] ?? '',
  ]);
}

/** Instructions without comments, continued lines joined. */
function instructionsOf(text: string): readonly Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  const joined = lines.join('\n').replaceAll(/\\\n\s*/g, ' ');
  return joined
    .split('\n')
    .map((line) => /^\s*([A-Z]+)\s+(.*?)\s*$/.exec(line))
    .filter((found) => found !== null)
    .map((found) => ({ word: found[1] ?? '', rest: found[2] ?? '' }));
}
