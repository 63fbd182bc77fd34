// amazon-cognito-identity-js as a test needs it: a user with storage of its own, callbacks as promises.
import library from "amazon-cognito-identity-js";

const { CognitoUser, CognitoUserPool } = library;

/** What one browser keeps. */
export class Memory extends Map {
  setItem(name, value) {
    this.set(name, value);
  }
  getItem(name) {
    return this.get(name) ?? null;
  }
  removeItem(name) {
    this.delete(name);
  }
}

/** A user of the pool on the server, not signed in. */
export function somebody(server, pool, Username, flow, Storage = new Memory()) {
  const { id: UserPoolId, clientId: ClientId } = pool;
  const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: server.url, Storage });
  const found = new CognitoUser({ Username, Pool, Storage });
  found.setAuthenticationFlowType(flow);
  return found;
}

/** A method that takes `(…, callback)` as a promise. */
export const call = (object, method, ...given) =>
  new Promise((resolve, reject) => {
    object[method](...given, (error, value) => (error ? reject(error) : resolve(value)));
  });
