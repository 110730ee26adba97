import Failures
import HTTPTransport
import Testing

@testable import NSXClient

@Suite("Errors")
struct ErrorTests {
  static let table: [(Int, Int?, NSXReaction, Failure.Kind)] = [
    (401, nil, .invalidCredentials, .permissionDenied),
    (403, 98, .sessionExpired, .permissionDenied),
    (403, 403, .invalidCredentials, .permissionDenied),
    (403, 505, .licenseMissing, .permissionDenied),
    (403, 289, .forbidden, .permissionDenied),
    (500, 98, .backendUnreachable, .unreachable),
    (500, 99, .clientCertificateRefused, .permissionDenied),
    (500, 607, .transactionAborted, .unreachable),
    (500, 1, .serverError, .unreachable),
    (404, 202, .notFound, .failed), (404, nil, .notFound, .failed),
    (404, 500090, .staleRevision, .failed),
    (409, 1, .staleRevision, .failed), (412, 604, .staleRevision, .failed),
    (400, 100148, .staleRevision, .failed), (400, 500087, .staleRevision, .failed),
    (400, 500232, .staleRevision, .failed), (400, 500127, .missingRevision, .failed),
    (400, 500030, .stillReferenced, .failed), (400, 500045, .pendingDeletion, .failed),
    (400, 60508, .searchUnavailable, .unreachable), (400, 60514, .searchUnavailable, .unreachable),
    (400, 60515, .searchUnavailable, .unreachable), (400, 255, .pageTooLarge, .failed),
    (503, 60576, .pageTooLarge, .failed), (400, 1, .badRequest, .failed),
    (413, nil, .badRequest, .failed), (429, nil, .rateLimited, .unreachable),
    (503, nil, .unavailable, .unreachable), (502, nil, .unavailable, .unreachable),
    (504, nil, .unavailable, .unreachable), (302, nil, .invalidAnswer, .unreachable),
  ]

  @Test("Every code of the table, at the top and in related errors", arguments: table)
  func reaction(_ row: (Int, Int?, NSXReaction, Failure.Kind)) {
    var bodies = [row.1.map { "{\"error_code\":\($0)}" } ?? ""]
    if let code = row.1 {
      bodies.append("{\"error_code\":0,\"related_errors\":[{\"error_code\":\(code)}]}")
    }
    for body in bodies {
      let error = NSXAPIError(
        refused: .json(body, status: row.0), manager: "https://nsx", request: "GET /x")
      #expect(error.reaction == row.2)
      #expect(error.failure.kind == row.3)
    }
  }

  @Test("Message, details and all related errors are shown")
  func text() {
    let error = NSXAPIError(
      refused: .json(
        """
        {"httpStatus":"BAD_REQUEST","error_code":500012,"module_name":"policy","error_message":"M",
         "details":"D","error_data":{"k":1},
         "related_errors":[{"error_code":7,"error_message":"R","details":"RD"},"odd"]}
        """, status: 400), manager: "https://nsx", request: "PUT /x")
    #expect(error.failure.cause == "HTTP 400; code 500012: M: D; code 7: R: RD")
    #expect(error.failure.subject == "https://nsx PUT /x")
    #expect(error.body?.items.first?.data == ["k": 1])
  }

  @Test("Bodies of every shape are decoded without failing")
  func shapes() {
    func form(_ text: String, type: String? = nil) -> NSXErrorBody.Form {
      NSXErrorBody(Array(text.utf8), contentType: type).form
    }
    #expect(form("") == .empty)
    #expect(form(" \n") == .empty)
    #expect(form("<!DOCTYPE html>") == .html)
    #expect(form("Bad Gateway", type: "text/html; charset=utf-8") == .html)
    #expect(form("Bad Gateway", type: "text/plain") == .other)
    #expect(form("{\"error_code\":") == .other)
    #expect(form("[1]") == .other)
    #expect(form("{}") == .json)
  }

  @Test("The HTML 404 of a proxy does not say that an object is missing")
  func html404() {
    let error = NSXAPIError(
      refused: HTTPResponse(status: 404, body: Array("<html>".utf8)), manager: "https://nsx",
      request: "GET /x")
    #expect(error.reaction == .invalidAnswer)
    #expect(error.failure.kind == .unreachable)
  }

  @Test("Versions compare by three numbers")
  func versions() throws {
    let version = try #require(NSXVersion("9.1.0.0.24733065"))
    #expect(version >= NSXVersion(9, 1))
    #expect(version < NSXVersion(9, 1, 1))
    #expect(version > NSXVersion(4, 2, 3))
    #expect(version.text == "9.1.0.0.24733065")
    #expect(NSXVersion("unknown") == nil)
    #expect(try #require(NSXVersion("4.2")) == NSXVersion(4, 2, 0))
  }
}
