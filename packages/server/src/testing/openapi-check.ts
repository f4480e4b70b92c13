import { type Endpoint, errorCatalogue, isErrorCode } from '@menshen/contract';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          { readonly responses: Readonly<Record<string, { readonly description: string; readonly content: unknown }>> }
        >
      >
    >
  >;
}

/** For tests: holds answers of the control plane against its OpenAPI document, by the document's own schemas. */
export class OpenApiCheck {
  readonly #document: Document;
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: unknown) {
    this.#document = document as Document;
    this.#ajv.addSchema(document as object, 'document');
  }

  /** What the document does not say of an answer; empty when it says it all. */
  problems(endpoint: Endpoint, status: number, body: unknown): readonly string[] {
    const method = endpoint.method.toLowerCase();
    const response = this.#document.paths[endpoint.path]?.[method]?.responses[String(status)];
    if (response === undefined) return [`${endpoint.id}: status ${status} is not declared`];
    const problems: string[] = [];
    if (status >= 400) {
      const code = typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '';
      if (!isErrorCode(code) || errorCatalogue[code].status !== status)
        problems.push(`${endpoint.id}: ${code} is not a code of ${status}`);
      if (!response.description.split(', ').includes(code)) problems.push(`${endpoint.id}: ${status} ${code} is not declared`);
    }
    const pointer = ['paths', endpoint.path, method, 'responses', String(status), 'content', 'application/json', 'schema'];
    const validate = this.#validator(
      `document#/${pointer
        .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
        .map(encodeURIComponent)
        .join('/')}`,
    );
    if (!validate(body)) problems.push(`${endpoint.id}: ${this.#ajv.errorsText(validate.errors, { dataVar: 'answer' })}`);
    return problems;
  }

  #validator(reference: string): ValidateFunction {
    const known = this.#validators.get(reference);
    if (known !== undefined) return known;
    const made = this.#ajv.compile({ $ref: reference });
    this.#validators.set(reference, made);
    return made;
  }
}
