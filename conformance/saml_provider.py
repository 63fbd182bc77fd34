"""A SAML identity provider that shares no line with the server: lxml writes its XML, signxml signs it."""

import base64
import datetime
import uuid

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner, methods

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
ENDPOINT = "https://signin.aws.amazon.com/saml"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def at(minutes):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def certificate(key):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.example.com")])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + datetime.timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


class Provider:
    def __init__(self, entity="https://idp.example.com/metadata"):
        self.entity = entity
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certificate = certificate(self.key)

    def metadata(self):
        der = base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()
        return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{self.entity}">
  <md:IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data>
      <ds:X509Certificate>{der}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"""

    def response(self, subject, attributes, audience="urn:amazon:webservices", recipient=ENDPOINT, ends=5, session=""):
        """An unsigned response, with a place for the assertion's signature."""
        listed = "".join(
            f'<saml:Attribute Name="{name}">'
            + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
            + "</saml:Attribute>"
            for name, values in attributes.items()
        )
        text = f"""<samlp:Response xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="_{uuid.uuid4().hex}" Version="2.0"
    IssueInstant="{at(0)}" Destination="{recipient}">
  <saml:Issuer>{self.entity}</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <saml:Assertion ID="_{uuid.uuid4().hex}" Version="2.0" IssueInstant="{at(0)}">
    <saml:Issuer>{self.entity}</saml:Issuer><ds:Signature xmlns:ds="{DS}" Id="placeholder"/>
    <saml:Subject>
      <saml:NameID Format="{PERSISTENT}">{subject}</saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData NotOnOrAfter="{at(ends)}" Recipient="{recipient}"/>
      </saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="{at(-1)}" NotOnOrAfter="{at(ends)}">
      <saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
    </saml:Conditions>
    <saml:AuthnStatement AuthnInstant="{at(0)}"{session}><saml:AuthnContext>
      <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
    </saml:AuthnContext></saml:AuthnStatement>
    <saml:AttributeStatement>{listed}</saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>"""
        return etree.fromstring(text)

    def sign(self, response, key=None, method=SignatureMethod.RSA_SHA256, digest=DigestAlgorithm.SHA256, inclusive=None):
        """The response with its assertion signed, as bytes."""
        signer = XMLSigner(
            method=methods.enveloped,
            signature_algorithm=method,
            digest_algorithm=digest,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        signer.namespaces = {"ds": DS}
        assertion = response.find(f"{{{ASSERTION}}}Assertion")
        signed = signer.sign(
            assertion,
            key=key or self.key,
            cert=[self.certificate],
            reference_uri=assertion.get("ID"),
            inclusive_ns_prefixes=inclusive,
        )
        response.replace(assertion, signed)
        return etree.tostring(response)

    def login(self, subject, attributes, **changes):
        """A signed response in base64."""
        return base64.b64encode(self.sign(self.response(subject, attributes, **changes))).decode()
