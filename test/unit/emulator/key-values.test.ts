import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyCodec, encodeJson } from '../../../emulator/msync/codec.ts';
import { fromKeyValues, toKeyValues } from '../../../emulator/msync/key-values.ts';

test('[EM3] any ext that JSON can hold survives the wire', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ noUnicodeString: false })), (ext) => {
      const expected = JSON.parse(JSON.stringify(ext)) as object;
      const bytes = bodyCodec.encode({ ext: toKeyValues(ext) });
      expect(JSON.parse(JSON.stringify(fromKeyValues(bodyCodec.decode(bytes).ext)))).toEqual(expected);
    }),
  );
});

test('[EM3] what cannot be read as JSON stays text', () => {
  expect(fromKeyValues([{ key: 'a', type: 8, stringValue: '{broken' }])).toEqual({ a: '{broken' });
});

test('[EM6] notifications have no byte below 0x10, which the SDK cannot read', () => {
  const bytes = encodeJson({ text: 'line\nbreak\tand \u0001', nested: ['中文'] });
  expect(Math.min(...bytes)).toBeGreaterThanOrEqual(0x10);
});

test('[EM4] 64-bit numbers keep all their digits', () => {
  const body = bodyCodec.decode(bodyCodec.encode({ ackMessageId: '1882520772557145865' }));
  expect(body.ackMessageId).toBe('1882520772557145865');
});
