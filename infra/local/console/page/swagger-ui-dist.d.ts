/** The part of Swagger UI that reference.ts uses; it comes without types. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  export default function SwaggerUI(options: {
    spec: object;
    dom_id: string;
    deepLinking: boolean;
    defaultModelsExpandDepth: number;
    requestInterceptor: <Request extends { url: string }>(request: Request) => Request;
    showMutatedRequest: boolean;
    onComplete: () => void;
    validatorUrl: null;
  }): { preauthorizeApiKey: (scheme: string, key: string) => void };
}
