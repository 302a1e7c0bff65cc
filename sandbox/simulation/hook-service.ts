/** The hooks as the simulated Metacontroller reaches them, with the faults of the way there. */
import type { HookName, HookRow } from '../../hooks/http/row.ts';
import { ROUTES } from '../../hooks/routes.ts';
import { equal, without, type JsonMap } from '../api-server/values.ts';
import { answerOf } from '../cluster/virtual-cluster.ts';
import type { Clock } from '../clock.ts';
import type { HookCaller } from '../metacontroller/hook-caller.ts';
import { directAnswer, type Question } from './direct-answer.ts';
import { HookMemory, type Answered } from './hook-memory.ts';
import { isQuiet, type Chance } from './weather.ts';

export interface AskedHook {
  readonly row: HookRow;
  readonly hook: HookName;
  readonly request: JsonMap;
  readonly code: number;
  readonly answer: string;
}

export interface HookServiceOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly throughJson: boolean;
  readonly skipsQuiet: boolean;
  /** No resync is planned after this instant. */
  readonly horizon: () => number;
  readonly onAsked: (asked: AskedHook) => void;
  /** When Metacontroller last wrote anything. */
  readonly lastWriteAt: () => number;
}

/** How many questions are put once more as text. */
const AS_TEXT = 0.01;

const TIMED_OUT = 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)';
const REFUSED = 'dial tcp 10.96.0.10:443: connect: connection refused';

/** The caller for one host. */
export function hookService(options: HookServiceOptions): HookCaller {
  const { clock, chance, horizon, lastWriteAt } = options;
  const { weather, random, counter } = chance;
  const checks = random.fork('checks');
  const texts = random.fork('texts');
  const memory = new HookMemory({ clock, checks, horizon, lastWriteAt, isQuiet: () => isQuiet(weather) });
  return (url, request, { timeoutMs }) => {
    if (weather.hooksAway) {
      counter.hit('F15');
      throw new Error(REFUSED);
    }
    const [row, hook] = routeOf(url);
    const answered = answer({ row, hook, request, now: clock.now() + weather.hookSkewMs });
    options.onAsked({ row, hook, request, code: answered.code, answer: answered.answer });
    if (random.chance(weather.hookError)) {
      counter.hit('F15');
      return { code: 500, headers: {}, body: '{"error":"HookFailed"}' };
    }
    if (random.chance(weather.hookTimeout)) {
      counter.hit('F14');
      return (settle) => void clock.after(timeoutMs, () => settle(new Error(TIMED_OUT)));
    }
    return { code: answered.code, headers: {}, body: bodyOf(answered) };
  };

  function answer(question: Question): Answered {
    const { row, hook, request, now } = question;
    if (options.throughJson) {
      const { code, answer: text } = answerOf(JSON.stringify(request), row, hook, now);
      return { code, answer: text, value: undefined, resync: undefined };
    }
    if (options.skipsQuiet) {
      const answered = memory.answer(question);
      if (texts.chance(AS_TEXT)) asText(question, answered);
      return answered;
    }
    const fresh = directAnswer(question);
    return { ...fresh, value: fresh.code === 200 ? (JSON.parse(fresh.answer) as JsonMap) : undefined };
  }
}

/** Asks once more through JSON text both ways, as over HTTP: it must be the same answer. */
function asText({ row, hook, request, now }: Question, answered: Answered): void {
  const { code, answer } = answerOf(JSON.stringify(request), row, hook, now);
  const isSame = code === 200 ? equal(withoutResync(answer), answered.value) : code === answered.code;
  if (!isSame) throw new Error(`${row.kind} ${hook} answers otherwise through JSON: ${answer}, not ${answered.answer}`);
}

function withoutResync(answer: string): JsonMap {
  return without(JSON.parse(answer) as JsonMap, 'resyncAfterSeconds');
}

function bodyOf({ answer, value, resync }: Answered): string | JsonMap {
  if (value === undefined) return answer;
  return resync === undefined ? value : Object.freeze({ ...value, resyncAfterSeconds: resync });
}

function routeOf(url: string): readonly [HookRow, HookName] {
  const [, , kind = '', hook = ''] = url.split('/');
  const row = ROUTES.find((one) => one.kind === kind);
  if (!row?.hooks[hook as HookName]) throw new Error(`no route ${url}`);
  return [row, hook as HookName];
}
