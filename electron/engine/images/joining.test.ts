import { expect, it } from 'vitest';
import { StudioError } from '../../contract/errors.ts';
import { errorOf, failureOf, joinReplySchema } from './joining.ts';

const crossed = (thrown: unknown) => {
  const { failure } = joinReplySchema.parse(structuredClone({ failure: failureOf(thrown) }));
  return errorOf(failure!);
};

it('keeps the code of what went wrong: of the studio, of the system, and of a full disk told in words', () => {
  expect(crossed(new StudioError('picture-too-large', 'Large.', { details: { of: 1 } }))).toEqual(
    new StudioError('picture-too-large', 'Large.', { details: { of: 1 } }),
  );
  expect(crossed(Object.assign(new Error('no'), { code: 'EACCES' }))).toMatchObject({
    code: 'EACCES',
  });
  expect(crossed(new Error('wbuffer_write: No space left on device'))).toMatchObject({
    code: 'ENOSPC',
  });
  expect(crossed(new Error('else'))).not.toHaveProperty('code');
});
