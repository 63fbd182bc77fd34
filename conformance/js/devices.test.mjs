// amazon-cognito-identity-js with remembered devices: confirmed by the library at the first sign-in, proven at the next.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import library from "amazon-cognito-identity-js";

import { Memory, somebody as cognitoUser } from "./cognito-js.mjs";
import { cognito, PASSWORD, start, user, userPool } from "./server.mjs";

const { AuthenticationDetails, CognitoRefreshToken } = library;
let server;

before(async () => {
  server = await start("serve");
});
after(() => server.stop());

const devices = (pool) =>
  cognito(server, "AdminListDevices", { UserPoolId: pool.id, Username: "ann" }).then(({ Devices }) => Devices);

const tracked = (DeviceOnlyRememberedOnUserPrompt) =>
  userPool(server, {
    pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt } },
  });

const somebody = (pool, storage, flow) => cognitoUser(server, pool, "ann", flow, storage);

const handled = (object, method, ...given) =>
  new Promise((resolve, reject) => {
    object[method](...given, { onSuccess: (...values) => resolve(values), onFailure: reject });
  });

const signIn = (found) =>
  handled(found, "authenticateUser", new AuthenticationDetails({ Username: "ann", Password: PASSWORD }));

for (const flow of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
  test(`a device is confirmed once and proves itself afterwards, by ${flow}`, async () => {
    const pool = await tracked(false);
    await user(server, pool, "ann");
    const browser = new Memory();
    await signIn(somebody(pool, browser, flow));
    const [device, ...others] = await devices(pool);
    assert.deepEqual(others, []);
    const [session] = await signIn(somebody(pool, browser, flow));
    assert.equal(session.getAccessToken().payload.device_key, device.DeviceKey);
    assert.equal((await devices(pool)).length, 1, "no second device was made");
    await signIn(somebody(pool, new Memory(), flow));
    assert.equal((await devices(pool)).length, 2, "another browser is another device");
  });
}

test("a session is refreshed by its device, and a forgotten one is made anew", async () => {
  const pool = await tracked(false);
  await user(server, pool, "ann");
  const browser = new Memory();
  const ann = somebody(pool, browser, "USER_SRP_AUTH");
  const [session] = await signIn(ann);
  const token = session.getRefreshToken().getToken();
  const refreshed = await new Promise((resolve, reject) => {
    const again = new CognitoRefreshToken({ RefreshToken: token });
    ann.refreshSession(again, (error, value) => (error ? reject(error) : resolve(value)));
  });
  assert.equal(refreshed.isValid(), true);
  const [device] = await devices(pool);
  await cognito(server, "AdminForgetDevice", { UserPoolId: pool.id, Username: "ann", DeviceKey: device.DeviceKey });
  // The library drops the key that is not known any more, and goes on without.
  await signIn(somebody(pool, browser, "USER_SRP_AUTH"));
  const [other] = await devices(pool);
  assert.notEqual(other.DeviceKey, device.DeviceKey);
});

test("a person is asked whether to remember, and may take it back", async () => {
  const pool = await tracked(true);
  await user(server, pool, "ann");
  const browser = new Memory();
  const ann = somebody(pool, browser, "USER_SRP_AUTH");
  const [, necessary] = await signIn(ann);
  assert.equal(necessary, true);
  const status = async () => {
    const [device] = await devices(pool);
    return device.DeviceAttributes.find(({ Name }) => Name === "dev:device_remembered_status").Value;
  };
  assert.equal(await status(), "not_remembered");
  await handled(ann, "setDeviceStatusRemembered");
  assert.equal(await status(), "remembered");
  await signIn(somebody(pool, browser, "USER_SRP_AUTH"));
  await handled(ann, "setDeviceStatusNotRemembered");
  assert.equal(await status(), "not_remembered");
  await handled(ann, "forgetDevice");
  assert.deepEqual(await devices(pool), []);
});
