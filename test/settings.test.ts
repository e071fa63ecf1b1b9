import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../lambda/settings.ts';

describe('readSettings', () => {
  it('needs nothing', () => {
    expect(readSettings({})).toEqual({ logLevel: 'warn' });
  });

  it('takes what the environment says', () => {
    const env = {
      TAGWARDEN_DATA_DIR: '/var/lib/tagwarden',
      TAGWARDEN_STACK: 'Prod',
      TAGWARDEN_LOG_LEVEL: 'debug',
      DOCKER_CONFIG: '/run/docker',
      HOME: '/home/me',
    };
    expect(readSettings(env)).toEqual({
      dataDir: '/var/lib/tagwarden',
      stack: 'Prod',
      logLevel: 'debug',
      dockerConfig: '/run/docker/config.json',
    });
  });

  it("finds docker's file in the home folder", () => {
    expect(readSettings({ HOME: '/home/me' }).dockerConfig).toBe('/home/me/.docker/config.json');
    expect(readSettings({ USERPROFILE: 'C:/me' }).dockerConfig).toBe('C:/me/.docker/config.json');
  });

  it('takes an empty variable for none, and an unknown level for the default', () => {
    const env = { TAGWARDEN_DATA_DIR: '', TAGWARDEN_STACK: '', TAGWARDEN_LOG_LEVEL: 'loud' };
    expect(readSettings(env)).toEqual({ logLevel: 'warn' });
  });
});
