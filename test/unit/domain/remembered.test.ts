import { deepEqual, equal } from 'node:assert/strict';
import { remembered } from '../../../hooks/domain/remembered.ts';

describe('remembered', () => {
  it('asks once for each text, and answers as the function does', () => {
    const asked: string[] = [];
    const lengthOf = remembered((text) => asked.push(text) && text.length);
    deepEqual(['ab', 'abc', 'ab', 'abc', 'ab'].map(lengthOf), [2, 3, 2, 3, 2]);
    deepEqual(asked, ['ab', 'abc']);
  });

  it('stays small: after 512 texts it starts anew', () => {
    let asked = 0;
    const same = remembered((text) => {
      asked += 1;
      return text;
    });
    for (let text = 0; text < 513; text += 1) same(String(text));
    equal(same('512'), '512');
    equal(asked, 513);
    equal(same('0'), '0');
    equal(asked, 514);
  });
});
