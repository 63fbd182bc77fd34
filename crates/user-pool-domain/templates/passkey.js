"use strict";
// Lets the browser use or make a passkey and puts the answer into the form. The options and the answer are JSON in the
// forms of Web Authentication Level 3; older browsers lack the conversions, so they are made here.
(() => {
  const form = document.forms.namedItem("cognitoPasskeyForm");
  const said = document.getElementById("passkeyError");
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

  function options() {
    const asked = JSON.parse(form.dataset.options);
    const challenge = bytes(asked.challenge);
    if (form.dataset.ceremony === "get") return { ...asked, challenge, allowCredentials: listed(asked.allowCredentials) };
    const user = { ...asked.user, id: bytes(asked.user.id) };
    return { ...asked, challenge, user, excludeCredentials: listed(asked.excludeCredentials) };
  }

  function json(credential) {
    const { response } = credential;
    const answer = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      answer.attestationObject = text(response.attestationObject);
      answer.transports = response.getTransports?.() ?? [];
    } else {
      answer.authenticatorData = text(response.authenticatorData);
      answer.signature = text(response.signature);
      if (response.userHandle) answer.userHandle = text(response.userHandle);
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: answer,
    };
  }

  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    said.hidden = true;
    try {
      const publicKey = options();
      const made =
        form.dataset.ceremony === "get"
          ? await navigator.credentials.get({ publicKey })
          : await navigator.credentials.create({ publicKey });
      form.elements.credential.value = JSON.stringify(json(made));
      form.submit();
    } catch {
      said.hidden = false;
    }
  });
})();
