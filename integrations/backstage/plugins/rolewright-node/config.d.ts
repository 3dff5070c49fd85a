export interface Config {
  rolewright: {
    /** The address of the Rolewright service, as the backend reaches it. */
    baseUrl: string;
    /** The address of its console, as browsers reach it. Left out: nothing links to the console. */
    publicUrl?: string;
    /**
     * A service token of Rolewright. Give either this or clientCredentials.
     *
     * @visibility secret
     */
    token?: string;
    /** A client of the issuer that Rolewright trusts. Its access tokens are renewed before they expire. */
    clientCredentials?: {
      /** The token endpoint of the issuer. */
      tokenUrl: string;
      clientId: string;
      /** @visibility secret */
      clientSecret: string;
      scope?: string;
      audience?: string;
    };
    onBehalfOf?: {
      /** The issuer of the people in Rolewright's history: a URL. Left out: app.baseUrl. */
      issuer?: string;
    };
    /**
     * The groups of Rolewright that members of a Backstage group have, such as
     * `group:default/platform: [rolewright-operators]`. Without an entry a person has no group.
     */
    groups?: { [entityRef: string]: string[] };
  };
}
