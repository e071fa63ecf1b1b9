import { describe, expect, it } from '@jest/globals';
import { redact } from '../../../lambda/adapters/registry/redact.ts';

describe('redact', () => {
  it.each([
    ['escape sequences', '\u001b[2J\u001b]0;x\u0007red', '[2J ]0;x red'],
    ['text that is written backwards', 'a\u202eb\u2066c', 'a b c'],
    ['further lines', 'first\nsecond', 'first'],
    ['a bearer token', 'Authorization: Bearer abc.def-ghi== bad', 'Authorization: Bearer … bad'],
    ['basic credentials', 'got Basic dXNlcjpwYXNz', 'got Basic …'],
    ['a JSON web token', 'bad token eyJhbGciOi.eyJzdWIi.c2ln!', 'bad token …!'],
    ['a user in a URL', 'see https://user:pass@h.example/x', 'see https://h.example/x'],
    ['a query', 'at https://s3.example/x?X-Amz-Signature=1 now', 'at https://s3.example/x?… now'],
  ])('hides %s', (_name, said, expected) => {
    expect(redact(said)).toBe(expected);
  });

  it('hides the credential that was sent, and nothing so short that hiding tells it', () => {
    expect(redact('wrong password hunter22 for me', ['hunter22'])).toBe('wrong password … for me');
    expect(redact('no manifest nope', ['p'])).toBe('no manifest nope');
  });

  it('keeps to one short line, whatever comes', () => {
    const shown = redact('x'.repeat(1_000_000));
    expect(shown.length).toBeLessThanOrEqual(201);
    expect(redact(`${'https://'.repeat(50_000)}@`).length).toBeLessThanOrEqual(201);
  });
});
