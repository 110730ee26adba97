#ifndef CURL_SHIM_H
#define CURL_SHIM_H

// libcurl's variadic functions and cast-laden constants, in a form that Swift
// can import. The body of this header belongs to HTTPTransport.

#include <curl/curl.h>

#endif
