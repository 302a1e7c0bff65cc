/** build/simulation.html: what was covered, and for a failing seed the life of every object, as a picture. */
import { START } from './world.ts';
import type { Campaign } from './campaign.ts';
import { failuresOf, lineOf } from './campaign.ts';
import type { Outcome } from './run.ts';
import type { Scenario } from './scenario.ts';
import type { TraceLine } from './trace.ts';

export interface Failure {
  readonly seed: string;
  readonly scenario: Scenario;
  readonly outcome: Outcome;
}

/** The whole page. */
export function pageOf(campaign: Campaign, failures: readonly Failure[], about: string): string {
  return `<!doctype html><meta charset="utf-8"><title>MetaStash simulation</title><style>${STYLE}</style>
<h1>MetaStash simulation</h1><p>${escaped(about)}</p><p>${escaped(lineOf(campaign))}</p>
${failures.map(failureOf).join('\n')}
<h2>States covered</h2><p>How often an object of a kind was in a phase after a fault had struck: filled is seen.</p>${coverageOf(campaign)}
<h2>Seeds</h2><p>${failuresOf(campaign).length} of ${campaign.reports.length} failed.</p>`;
}

const STYLE = `body{font:14px system-ui;margin:2em;max-width:1400px}table{border-collapse:collapse;font-size:11px}
td,th{border:1px solid #ddd;padding:1px 4px}td.on{background:#7b6}th{text-align:left;font-weight:500}
pre{background:#f6f6f6;padding:1em;overflow:auto;font-size:12px}svg text{font:11px system-ui}.bad{color:#b00}`;

const PHASES: Readonly<Record<string, string>> = {
  '': '#ccd',
  Pending: '#dc9',
  Running: '#8bd',
  Ready: '#9c9',
  NotReady: '#e9a',
  Succeeded: '#6b6',
  Failed: '#d66',
  Skipped: '#bbb',
  Invalid: '#c6a',
};

function coverageOf({ covered }: Campaign): string {
  const cells = [...covered].map((one) => one.split(' '));
  const faults = [...new Set(cells.map(([, , fault]) => fault ?? ''))].sort();
  const rows = [...new Set(cells.map(([kind, phase]) => `${kind} ${phase}`))].sort();
  const head = `<tr><th>kind phase</th>${faults.map((fault) => `<th>${fault}</th>`).join('')}</tr>`;
  const body = rows.map((row) => {
    const tds = faults.map((fault) => `<td${covered.has(`${row} ${fault}`) ? ' class="on"' : ''}></td>`);
    return `<tr><th>${escaped(row)}</th>${tds.join('')}</tr>`;
  });
  return `<table>${head}${body.join('')}</table>`;
}

function failureOf({ seed, scenario, outcome }: Failure): string {
  const [violation] = outcome.violations;
  if (!violation) return '';
  const steps = scenario.faults.map((fault) => JSON.stringify(fault)).join('\n');
  const last = outcome.lines.slice(-120).map((line) => `${timeOf(line.at)} ${line.from} ${line.text}`);
  return `<h2 class="bad">Seed ${escaped(seed)}: ${violation.id}</h2>
<p><b>${escaped(violation.title)}</b> does not hold at ${timeOf(START + violation.at * 1000)}: ${escaped(violation.message)}</p>
<p>Shrunk to ${scenario.faults.length} faults and ${scenario.applied.length} objects. In faults' order:</p><pre>${escaped(steps)}</pre>
${timelineOf(outcome.lines, START + violation.at * 1000)}<details><summary>The last ${last.length} steps</summary><pre>${escaped(last.join('\n'))}</pre></details>`;
}

interface Life {
  readonly name: string;
  readonly parts: { readonly from: number; to: number; readonly phase: string }[];
}

const SHOWN = /^(?:Backup|Restore|Snapshot|Repository|Job|TaskReport|CronJob|Lease|Namespace)/;
const ROWS = 70;

/** One bar per object, coloured by phase; faults are dashed lines, what was violated a red one, told below by their numbers. Time is drawn by step, not by length. */
function timelineOf(lines: readonly TraceLine[], until: number): string {
  const instants = [
    ...new Set(lines.filter(({ at, from }) => at <= until && from !== 'mover').map(({ at }) => at)),
  ].slice(-400);
  const x = new Map(instants.map((at, index) => [at, 320 + (index / Math.max(1, instants.length - 1)) * 1000]));
  const first = instants[0] ?? 0;
  const place = (at: number): number => x.get(at) ?? (at <= first ? 320 : 1320);
  const lives = livesIn(lines, until)
    .filter(({ parts }) => (parts.at(-1)?.to ?? 0) >= first)
    .slice(-ROWS);
  const height = 30 + lives.length * 16;
  const bars = lives.map(({ name, parts }, row) => {
    const rects = parts.map(({ from, to, phase }) => {
      const [left, right] = [place(Math.max(from, first)), place(to)];
      return `<rect x="${left.toFixed(1)}" y="${22 + row * 16}" width="${Math.max(2, right - left).toFixed(1)}" height="11" fill="${PHASES[phase] ?? '#aac'}"><title>${escaped(name)} ${phase} from ${timeOf(from)}</title></rect>`;
    });
    return `<text x="4" y="${31 + row * 16}">${escaped(name.slice(0, 52))}</text>${rects.join('')}`;
  });
  const struck = lines.filter(({ from, at }) => (from === 'fault' || from === 'violated') && at <= until && x.has(at));
  const marks = struck.map(({ at, from, text }, index) => {
    const style = from === 'fault' ? 'stroke="#888" stroke-dasharray="3"' : 'stroke="#d00" stroke-width="2"';
    const [left, title] = [place(at).toFixed(1), `<title>${escaped(text)}</title>`];
    return `<line x1="${left}" x2="${left}" y1="14" y2="${height}" ${style}>${title}</line><text x="${left}" y="${height + 12}">${index + 1}</text>`;
  });
  const list = struck.map(({ at, text }) => `<li>${timeOf(at)} ${escaped(text)}</li>`);
  const legend = Object.entries(PHASES).map(
    ([phase, colour]) => `<span style="background:${colour};padding:0 .5em">${phase || 'no phase'}</span>`,
  );
  const picture = `${axisOf(instants, place)}${bars.join('')}${marks.join('')}`;
  return `<p>${legend.join(' ')}</p><svg width="1400" height="${height + 16}">${picture}</svg><ol>${list.join('')}</ol>`;
}

const LABELS = 6;

/** What time it is at some places along the top. */
function axisOf(instants: readonly number[], place: (at: number) => number): string {
  const step = Math.max(1, Math.floor(instants.length / LABELS));
  return instants
    .filter((_, index) => index % step === 0)
    .map((at) => `<text x="${place(at).toFixed(1)}" y="10">${timeOf(at).slice(5, 19)}</text>`)
    .join('');
}

function livesIn(lines: readonly TraceLine[], until: number): readonly Life[] {
  const lives = new Map<string, Life>();
  for (const line of lines) if (line.from === 'api' && line.at <= until) live(lives, line, until);
  return [...lives.values()];
}

function live(lives: Map<string, Life>, { at, text }: TraceLine, until: number): void {
  const [type = '', kind = '', name = '', , phase = ''] = text.split(' ');
  if (!SHOWN.test(kind)) return;
  const key = `${kind} ${name.split('/')[1]}`;
  const life = lives.get(key) ?? { name: key, parts: [] };
  lives.set(key, life);
  const present = life.parts.at(-1);
  if (type !== 'DELETED' && present?.phase === phase) return;
  if (present) present.to = at;
  if (type !== 'DELETED') life.parts.push({ from: at, to: until, phase });
}

function timeOf(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
