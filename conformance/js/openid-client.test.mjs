// openid-client against the server's HTTPS, from discovery on, as against any other provider.
import { witness } from "./provider.mjs";

witness("openid-client");
