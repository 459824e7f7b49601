import { describe, expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { mapError, unsettledError } from '../../../src/worker/service/easemob/map-error.ts';
import { parseRetryAfter } from '../../../src/worker/service/easemob/watch-requests.ts';

describe('mapError', () => {
  test.each([
    [-2, 'offline', true],
    [-1, 'timeout', true],
    [16, 'offline', true],
    [17, 'service-failed', true],
    [28, 'unauthorized', false],
    [39, 'offline', true],
    [52, 'unauthorized', false],
    [56, 'unauthorized', false],
    [206, 'kicked', false],
    [207, 'kicked', false],
    [216, 'kicked', false],
    [217, 'kicked', false],
    [500, 'rate-limited', true],
    [504, 'refused', false],
    [507, 'refused', false],
    [508, 'refused', false],
    [509, 'rate-limited', true],
    [510, 'timeout', true],
    [511, 'refused', false],
    [512, 'timeout', true],
    [502, 'refused', false],
    [503, 'service-failed', true],
    [604, 'service-failed', true],
    [603, 'refused', false],
    [605, 'refused', false],
    [4711, 'refused', false],
  ])('[ER1] the SDK says %i, we say %s', (type, code, retryable) => {
    const error = mapError({ type, message: 'text' });
    expect(error).toBeInstanceOf(SyncError);
    expect(error).toMatchObject({ code, retryable, details: { serviceCode: type } });
  });

  test.each([
    [{ status: 401 }, 17, 'unauthorized'],
    [{ status: 403 }, 603, 'refused'],
    [{ status: 404 }, 17, 'refused'],
    [{ status: 429 }, 500, 'rate-limited'],
    [{ status: 500 }, 17, 'service-failed'],
    [{ status: 503 }, 500, 'rate-limited'],
    [{ status: 204 }, 17, 'bad-response'],
    [{ status: 0 }, -1, 'timeout'],
  ] as const)('[ER1] what HTTP said decides: %j with %i is %s', (http, type, code) => {
    expect(mapError({ type }, http).code).toBe(code);
  });

  test('[SY5] how long the service wants to be left alone comes along', () => {
    expect(mapError({ type: 500 }, { status: 429, retryAfterMs: 3000 }).details).toMatchObject({ httpStatus: 429, retryAfterMs: 3000 });
  });

  test.each([[new SyntaxError('Unexpected token < in JSON')], [new TypeError('x is undefined')], ['nonsense'], [undefined]])(
    '[ER3] %s while reading an answer is a bad response',
    (thrown) => {
      expect(mapError(thrown).code).toBe('bad-response');
    },
  );

  test("[ER2] the SDK's own refusal of a parameter is no bad response", () => {
    expect(mapError(new Error('Invalid parameter cursor: 5')).code).toBe('refused');
  });

  test('[ER4] an exception is named, not quoted: browsers quote the text that was parsed', () => {
    const error = mapError(new SyntaxError(`Unexpected token 's', "secret" is not valid JSON`));
    expect(error.details).toEqual({ exception: 'SyntaxError' });
    expect(error.cause).toBeUndefined();
  });

  test('[ER4] of a body of JSON the word that names its error is the reason, and no more than a word', () => {
    const reasonOf = (body: object): unknown => mapError({ type: 17, message: JSON.stringify(body) }, { status: 404 }).details['reason'];
    expect(reasonOf({ error: 'organization_application_not_found', error_description: 'secret' })).toBe('organization_application_not_found');
    for (const error of ['a secret text', 'x'.repeat(65), { token: 'secret' }, '', null]) expect(reasonOf({ error })).toBeUndefined();
    expect(mapError({ type: 17, message: 'null' }, { status: 404 }).code).toBe('refused');
  });

  test('[ER4] a response body or a page of HTML never becomes part of an error', () => {
    const bodies = ['<html>secret</html>', '{"token":"secret"}', `secret ${'x'.repeat(200)}`];
    for (const message of bodies) {
      const error = mapError({ type: 17, message, data: message });
      expect(JSON.stringify(error.toData())).not.toContain('secret');
      expect(error.cause).toBeUndefined();
    }
  });

  test.each([
    [50, 'limit-reached'],
    [57, 'service-disabled'],
    [204, 'user-not-found'],
    [206, 'other-device'],
    [207, 'user-removed'],
    [214, 'too-many-devices'],
    [216, 'password-changed'],
    [217, 'kicked-by-administrator'],
    [219, 'muted-by-administrator'],
    [220, 'device-changed'],
    [221, 'not-a-contact'],
    [501, 'illegal-content'],
    [504, 'recall-time-limit'],
    [505, 'not-enabled'],
    [506, 'not-allowed'],
    [507, 'muted'],
    [508, 'moderation'],
    [509, 'traffic-limit'],
    [511, 'message-too-large'],
    [602, 'not-in-group'],
    [603, 'blocked'],
    [605, 'group-not-found'],
    [608, 'group-disabled'],
  ])('[OB3] %i has a reason of its own: %s, whatever the text says', (type, reason) => {
    expect(mapError({ type, message: 'a text of the SDK' }).details['reason']).toBe(reason);
  });

  test('a short text of the service is the reason, where we have no name of our own', () => {
    expect(mapError({ type: 502, message: 'not in office hours' }).details['reason']).toBe('not in office hours');
    expect(mapError({ type: 507, reason: 'you were muted' }).details['reason']).toBe('muted');
  });

  test('a SyncError stays what it is', () => {
    const error = new SyncError('unsupported', 'no');
    expect(mapError(error)).toBe(error);
  });
});

describe('unsettledError', () => {
  test.each([
    [200, 'bad-response'],
    [406, 'refused'],
    [429, 'rate-limited'],
    [502, 'service-failed'],
    [0, 'offline'],
  ])('[TB3] an answer with status %i that the SDK keeps to itself is %s', (status, code) => {
    expect(unsettledError({ status }).code).toBe(code);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0);
  test.each([
    ['7', 7000],
    ['0', 0],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('[SY5] %j means %s ms', (text, expected) => {
    expect(parseRetryAfter(text, now)).toBe(expected);
  });
});
