// oauth4webapi against the server's HTTPS: it checks every answer against the RFCs, member by member and header by header.
import { witness } from "./provider.mjs";

witness("oauth4webapi");
