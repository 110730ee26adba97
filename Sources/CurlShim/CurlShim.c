#include "CurlShim.h"

#include <string.h>

CURLcode cs_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

CURLcode cs_set_size(CURL *easy, CURLoption option, int64_t value) {
  return curl_easy_setopt(easy, option, (curl_off_t)value);
}

CURLcode cs_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

CURLcode cs_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

CURLcode cs_set_buffer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

CURLcode cs_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t size) {
  struct curl_blob blob;
  blob.data = (void *)bytes;
  blob.len = size;
  blob.flags = CURL_BLOB_COPY;
  return curl_easy_setopt(easy, option, &blob);
}

CURLcode cs_set_write(CURL *easy, cs_data_callback callback, void *payload) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, callback);
  return code ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, payload);
}

CURLcode cs_set_header(CURL *easy, cs_data_callback callback, void *payload) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, callback);
  return code ? code : curl_easy_setopt(easy, CURLOPT_HEADERDATA, payload);
}

CURLcode cs_set_prerequest(CURL *easy, cs_prerequest_callback callback, void *payload) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
  return code ? code : curl_easy_setopt(easy, CURLOPT_PREREQDATA, payload);
}

CURLcode cs_set_debug(CURL *easy, cs_debug_callback callback, void *payload) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, callback);
  if (!code) code = curl_easy_setopt(easy, CURLOPT_DEBUGDATA, payload);
  return code ? code : curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
}

long cs_get_long(CURL *easy, CURLINFO info) {
  long value = 0;
  return curl_easy_getinfo(easy, info, &value) ? 0 : value;
}

const char *cs_leaf_certificate(CURL *easy) {
  struct curl_certinfo *chain = NULL;
  if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) || !chain) return NULL;
  if (chain->num_of_certs < 1) return NULL;
  for (struct curl_slist *field = chain->certinfo[0]; field; field = field->next) {
    if (strncmp(field->data, "Cert:", 5) == 0) return field->data + 5;
  }
  return NULL;
}

uintptr_t cs_tls_session(CURL *easy) {
  struct curl_tlssessioninfo *session = NULL;
  if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) || !session) return 0;
  return (uintptr_t)session->internals;
}

CURLMcode cs_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

int cs_multi_next_done(CURLM *multi, CURL **easy, CURLcode *result) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *easy = message->easy_handle;
    *result = message->data.result;
    return 1;
  }
  return 0;
}
