// The application of amplify.test.mjs, bundled for a page: what somebody's own front end does with Amplify.
import { Amplify } from "aws-amplify";
import {
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  signInWithRedirect,
  signOut,
  updatePassword,
} from "aws-amplify/auth";
import { Hub } from "aws-amplify/utils";

const here = `${window.location.origin}/`;
const { userPoolId, userPoolClientId, domain } = JSON.parse(document.body.dataset.pool);

window.events = [];
Hub.listen("auth", ({ payload }) => window.events.push(payload.event));
Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId,
      userPoolClientId,
      loginWith: {
        oauth: {
          domain,
          scopes: ["openid", "email", "aws.cognito.signin.user.admin"],
          redirectSignIn: [here],
          redirectSignOut: [here],
          responseType: "code",
        },
      },
    },
  },
});

async function session(options) {
  const { tokens } = await fetchAuthSession(options);
  if (!tokens) return undefined;
  return { access: tokens.accessToken.toString(), claims: tokens.idToken.payload };
}

window.app = { session, fetchUserAttributes, getCurrentUser, signInWithRedirect, signOut, updatePassword };
