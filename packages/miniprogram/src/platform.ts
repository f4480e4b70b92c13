/** What a failing call of the platform hands to `fail`. */
export interface WxFailure {
  readonly errMsg: string;
}

export interface WxResponse {
  readonly statusCode: number;
  readonly data: unknown;
  readonly header: Readonly<Record<string, unknown>>;
}

export interface WxRequestOptions {
  readonly url: string;
  readonly method: HttpMethod;
  readonly header: Record<string, string>;
  readonly data?: string | ArrayBuffer;
  readonly dataType: string;
  readonly responseType: 'text' | 'arraybuffer';
  readonly timeout: number;
  readonly redirect: 'manual';
  readonly success: (response: WxResponse) => void;
  readonly fail: (failure: WxFailure) => void;
}

export interface WxRequestTask {
  abort(): void;
  onHeadersReceived?(
    listener: (head: { readonly statusCode: number; readonly header: Readonly<Record<string, unknown>> }) => void,
  ): void;
}

export interface WxLoginOptions {
  readonly timeout: number;
  readonly success: (result: { readonly code: string }) => void;
  readonly fail: (failure: WxFailure) => void;
}

export interface WxStorageOptions {
  readonly key: string;
  readonly encrypt: boolean;
  readonly fail: (failure: WxFailure) => void;
}

export interface WxSystemInfo {
  /** `wxwork` in WeCom, absent in WeChat. */
  readonly environment?: string;
  readonly SDKVersion?: string;
  readonly language?: string;
  readonly model?: string;
  readonly system?: string;
  readonly version?: string;
}

/** The methods that `wx.request` knows; PATCH is none of them. */
export type HttpMethod = 'OPTIONS' | 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

/** The part of `wx` that the SDK uses. The real `wx` fits, in WeChat and in WeCom; so does a fake in tests. */
export interface WxPlatform {
  request(options: WxRequestOptions): WxRequestTask;
  login(options: WxLoginOptions): void;
  /** WeCom only. */
  readonly qy?: { login(options: WxLoginOptions): void };
  getStorage(options: WxStorageOptions & { readonly success: (result: { readonly data: unknown }) => void }): void;
  setStorage(options: WxStorageOptions & { readonly data: string; readonly success: () => void }): void;
  removeStorage(options: {
    readonly key: string;
    readonly success: () => void;
    readonly fail: (failure: WxFailure) => void;
  }): void;
  getSystemInfoSync(): WxSystemInfo;
}
