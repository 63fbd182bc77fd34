"use strict";
document.forms.namedItem("authorizationResponse").submit();
