/** Many seeds, over worker processes: one line that says how far it is, and what was seen in sum. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a worker says of one seed, as a line of JSON. */
export interface SeedReport {
  readonly seed: string;
  readonly digest: string;
  readonly violation?: { readonly id: string; readonly title: string; readonly at: number; readonly message: string };
  readonly crash?: string;
  readonly hits: Readonly<Record<string, number>>;
  readonly covered: readonly string[];
  readonly virtualSeconds: number;
  readonly hookCalls: number;
  readonly sessions: number;
  /** Of computing. */
  readonly milliseconds: number;
}

export interface Campaign {
  readonly reports: SeedReport[];
  readonly hits: Map<string, number>;
  readonly covered: Set<string>;
  readonly startedAt: number;
}

export interface CampaignOptions {
  readonly from: number;
  readonly seeds: number;
  readonly workers: number;
  readonly days: number;
  /** Ends after this many milliseconds, whatever is left. */
  readonly longestMs: number;
  readonly failures: number;
  readonly onProgress: (campaign: Campaign) => void;
}

/** Runs all seeds, until they are done, time is up, or as many as wanted have failed. */
export async function campaignOf(bundle: string, options: CampaignOptions): Promise<Campaign> {
  const campaign: Campaign = { reports: [], hits: new Map(), covered: new Set(), startedAt: Date.now() };
  const children: ChildProcess[] = [];
  const stopAll = (): void => children.forEach((child) => child.kill());
  const timer = setTimeout(stopAll, options.longestMs);
  await Promise.all(
    Array.from({ length: options.workers }, (_, index) => {
      const args = [bundle, '--worker', `--from=${options.from + index}`, `--step=${options.workers}`];
      const count = Math.ceil((options.seeds - index) / options.workers);
      const child = spawn(process.execPath, [...args, `--seeds=${count}`, `--days=${options.days}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      createInterface({ input: child.stdout }).on('line', (line) => {
        add(campaign, JSON.parse(line) as SeedReport);
        options.onProgress(campaign);
        if (failuresOf(campaign).length >= options.failures) stopAll();
      });
      return new Promise<void>((resolve) => child.once('close', () => resolve()));
    }),
  );
  clearTimeout(timer);
  return campaign;
}

export function failuresOf(campaign: Campaign): readonly SeedReport[] {
  return campaign.reports.filter((one) => one.violation !== undefined || one.crash !== undefined);
}

function add(campaign: Campaign, report: SeedReport): void {
  campaign.reports.push(report);
  for (const [id, count] of Object.entries(report.hits)) campaign.hits.set(id, (campaign.hits.get(id) ?? 0) + count);
  for (const one of report.covered) campaign.covered.add(one);
}

/** The line that is printed again and again. */
export function lineOf(campaign: Campaign): string {
  const seconds = (Date.now() - campaign.startedAt) / 1000;
  const { reports } = campaign;
  const virtual = reports.reduce((sum, one) => sum + one.virtualSeconds, 0);
  const kinds = [...campaign.hits].sort(([left], [right]) => (left < right ? -1 : 1));
  const years = (virtual / 86_400 / 365).toFixed(1);
  const faults = kinds.map(([id, count]) => `${id}:${count}`).join(' ');
  const rate = (reports.length / Math.max(seconds, 0.001)).toFixed(1);
  const failed = failuresOf(campaign).length;
  return `${reports.length} seeds (${rate}/s), ${years} virtual years, ${campaign.covered.size} states, ${failed} failed | ${faults}`;
}
