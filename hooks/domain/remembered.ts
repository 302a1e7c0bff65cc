/**
 * What a text means, kept for the next time it is asked. A cluster writes few schedules and its hooks read each thrice in
 * every sync, so taking them apart again was a tenth of a settled sync. Nobody can see it: only functions that always answer
 * the same may be wrapped.
 */

const LIMIT = 512;

/** The same function, which works once per text; forgets everything when more than 512 texts have been seen, so that it stays small. */
export function remembered<Answer>(answerTo: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = answerTo(text);
    if (answers.size >= LIMIT) answers.clear();
    answers.set(text, answer);
    return answer;
  };
}
