/** A guide of KubeStash's documentation as commands to type and what they are said to print. */
import { readFileSync } from 'node:fs';

export interface Step {
  /** Line of the guide where the block begins. */
  readonly line: number;
  readonly command: string;
  /** What is typed into a shell that the command opens. */
  readonly typed: readonly string[];
  /** What the guide says it prints. */
  readonly output: readonly string[];
  /** The manifest that the guide shows above it. */
  readonly shown: string;
}

/** The steps of a guide's shell blocks, in order. Manifests shown between them are those that `kubectl apply -f` names. */
export function stepsOf(path: string): readonly Step[] {
  let shown = '';
  return blocksOf(readFileSync(path, 'utf8')).flatMap((block) => {
    if (!SHELLS.includes(block.language)) {
      shown = block.lines.join('\n');
      return [];
    }
    return stepsIn(block.line, block.lines).map((step) => ({ ...step, shown }));
  });
}

const SHELLS = ['bash', 'console', 'sh', 'shell'];

interface Block {
  readonly language: string;
  readonly line: number;
  readonly lines: readonly string[];
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(\w*)\s*$/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (!open) open = { language: fence[1] ?? '', line: index + 1, lines: [] };
    else {
      blocks.push(open);
      open = undefined;
    }
  }
  return blocks;
}

const PROMPT = /^(?:\$|➤) +(.*)$/;
const INNER_PROMPT = /^\/ # ?(.*)$/;

interface Open {
  readonly line: number;
  command: string;
  readonly typed: string[];
  readonly output: string[];
  /** The command goes on in the next line. */
  continues: boolean;
}

function stepsIn(line: number, lines: readonly string[]): readonly Omit<Step, 'shown'>[] {
  const steps: Open[] = [];
  for (const text of lines) {
    const begun = PROMPT.exec(text)?.[1] ?? (/^kubectl /.test(text) ? text : undefined);
    if (begun !== undefined) {
      const step: Open = { line, command: '', typed: [], output: [], continues: true };
      extend(step, begun);
      steps.push(step);
    } else {
      const last = steps.at(-1);
      if (last) read(last, text);
    }
  }
  return steps;
}

/** A line after a command's first: more of it, what is typed into its shell, or what it prints. */
function read(step: Open, text: string): void {
  const typed = INNER_PROMPT.exec(text)?.[1];
  if (step.continues && /^\s+\S/.test(text)) return extend(step, text);
  step.continues = false;
  if (typed !== undefined) step.typed.push(typed.trim());
  else if (text.trim() !== '' && !text.startsWith('#')) step.output.push(text.trimEnd());
}

function extend(step: Open, text: string): void {
  const part = text.trim();
  step.continues = part.endsWith('\\');
  step.command = `${step.command} ${step.continues ? part.slice(0, -1) : part}`.trim();
}
