#ifndef STATIC_AUTH_SERVER_CHIREDIS_SHIM_H
#define STATIC_AUTH_SERVER_CHIREDIS_SHIM_H

/* Only the parser is used: redisReaderCreate, redisReaderFeed, redisReaderGetReply. */
#include <hiredis/hiredis.h>

#endif
