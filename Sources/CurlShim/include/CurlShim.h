#ifndef CURL_SHIM_H
#define CURL_SHIM_H

// libcurl's variadic functions, in a form that Swift can import: one function
// for each type of argument. All of them are thin; decisions are in Swift.

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

// The callbacks of one transfer. `payload` comes back as the last argument
// that libcurl documents for each of them.
typedef size_t (*cs_data_callback)(char *bytes, size_t size, size_t count, void *payload);
typedef int (*cs_prerequest_callback)(
    void *payload, char *remote, char *local, int remote_port, int local_port);
typedef int (*cs_debug_callback)(
    CURL *easy, curl_infotype kind, char *bytes, size_t size, void *payload);

CURLcode cs_set_long(CURL *easy, CURLoption option, long value);
CURLcode cs_set_size(CURL *easy, CURLoption option, int64_t value);
// `value` may be null, which resets the option.
CURLcode cs_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode cs_set_list(CURL *easy, CURLoption option, struct curl_slist *value);
CURLcode cs_set_buffer(CURL *easy, CURLoption option, void *value);
// Copies the bytes.
CURLcode cs_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t size);

CURLcode cs_set_write(CURL *easy, cs_data_callback callback, void *payload);
CURLcode cs_set_header(CURL *easy, cs_data_callback callback, void *payload);
CURLcode cs_set_prerequest(CURL *easy, cs_prerequest_callback callback, void *payload);
CURLcode cs_set_debug(CURL *easy, cs_debug_callback callback, void *payload);

// Zero where libcurl has no answer.
long cs_get_long(CURL *easy, CURLINFO info);

// The leaf certificate that the server showed in a handshake of this transfer,
// in PEM; null when the transfer made no handshake. Valid until the next call
// on the handle.
const char *cs_leaf_certificate(CURL *easy);

// Names the TLS session that carries the transfer; zero for none. Only to be
// compared while the connection lives.
uintptr_t cs_tls_session(CURL *easy);

CURLMcode cs_multi_set_long(CURLM *multi, CURLMoption option, long value);

// Takes the next finished transfer from the queue; 0 when there is none.
int cs_multi_next_done(CURLM *multi, CURL **easy, CURLcode *result);

#endif
