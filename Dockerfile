# The gateway's image: published ahead of time, on .NET's chiselled runtime, which has no shell and no package manager.
#   docker buildx build --platform linux/amd64,linux/arm64 --tag registry.example.com/yarp-ingress:0.1.0 .
# Other bases fit too, as long as the runtime's has ASP.NET Core 10 under /usr/share/dotnet.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled

# Runs on the builder's own processor, whatever it builds for.
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
ARG TARGETARCH
WORKDIR /source
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src/YarpIngress.Kubernetes/*.csproj src/YarpIngress.Kubernetes/
COPY src/YarpIngress.Translation/*.csproj src/YarpIngress.Translation/
COPY src/YarpIngress/*.csproj src/YarpIngress/
RUN dotnet restore src/YarpIngress --arch ${TARGETARCH:-amd64}
COPY src/YarpIngress.Kubernetes src/YarpIngress.Kubernetes
COPY src/YarpIngress.Translation src/YarpIngress.Translation
COPY src/YarpIngress src/YarpIngress
RUN dotnet publish src/YarpIngress --configuration Release --arch ${TARGETARCH:-amd64} --output /app

FROM ${RUNTIME_IMAGE} AS final
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="YarpIngress" \
      org.opencontainers.image.description="Kubernetes ingress controller on YARP" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /app /app
# Ports are flags; what .NET's images say in this variable would only be warned about.
ENV ASPNETCORE_HTTP_PORTS="" \
    DOTNET_ROOT=/usr/share/dotnet \
    PATH=/app:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# The user "app" of .NET's images, by number, so that Kubernetes can tell that it is not root.
USER 1654:1654
WORKDIR /app
EXPOSE 8080 8443 10254
ENTRYPOINT ["/app/yarp-ingress"]
